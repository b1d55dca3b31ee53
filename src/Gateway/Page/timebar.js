// What each witness of a turn took, on one axis: the caller's speech, the commit, both transcripts, the answer's sound.

import { el, svg } from './dom.js';
import { duration, isNumber } from './format.js';

const Width = 1000;
const Lane = 5;
const Gap = 3;

/**
 * The bar of a turn; null where nothing is known of its times. `voiceAfterMs`: from the commit to the first sound of the answer,
 * null if no one measured it.
 */
export function timeBar(record, answers, voiceAfterMs) {
    const hasSpeech = isNumber(record.audio_start_ms) && isNumber(record.audio_end_ms);
    const commit = hasSpeech ? Math.max(0, record.audio_end_ms - record.audio_start_ms) : 0;
    const heard = answers.reduce((total, answer) => total + (answer.heard_ms ?? 0), 0);
    const spans = [
        { kind: 'speech', label: 'speech', from: 0, to: hasSpeech ? commit : null, length: hasSpeech ? commit : null },
        { kind: 'asr', label: 'ASR', from: commit, to: after(record.asr?.latency_ms), length: record.asr?.latency_ms },
        { kind: 'oob', label: 'model', from: commit, to: after(record.oob?.latency_ms), length: record.oob?.latency_ms },
        {
            kind: 'voice',
            label: 'heard',
            from: after(voiceAfterMs),
            to: isNumber(voiceAfterMs) ? commit + voiceAfterMs + heard : null,
            length: answers.length > 0 ? heard : null,
        },
    ];
    const known = spans.filter(span => isNumber(span.length));
    if (known.length === 0) return null;

    const end = Math.max(1, ...spans.filter(span => isNumber(span.to)).map(span => span.to));
    const height = spans.length * (Lane + Gap) - Gap;
    const x = ms => (Width * ms) / end;
    const lanes = spans.map(
        (span, index) =>
            isNumber(span.to) &&
            isNumber(span.from) &&
            svg('rect', {
                class: `lane ${span.kind}`,
                x: x(span.from),
                y: index * (Lane + Gap),
                width: Math.max(3, x(span.to) - x(span.from)),
                height: Lane,
            }),
    );
    const tick = hasSpeech && svg('rect', { class: 'lane commit', x: Math.min(Width - 2, x(commit) - 1), y: 0, width: 2, height });
    const words = [...known.map(span => `${span.label} ${duration(span.length)}`)];
    if (isNumber(voiceAfterMs)) words.splice(-1, 0, `first audio ${duration(voiceAfterMs)}`);

    const keys = known.map(span => key(span.kind, span.label, span.length));
    if (hasSpeech) keys.splice(1, 0, el('span', { class: 'key commit' }, 'commit'));
    if (isNumber(voiceAfterMs)) keys.splice(-1, 0, key('first', 'first audio', voiceAfterMs));
    return el(
        'div',
        { class: 'times' },
        svg(
            'svg',
            {
                viewBox: `0 0 ${Width} ${height}`,
                preserveAspectRatio: 'none',
                role: 'img',
                'aria-label': `Times from the commit: ${words.join(', ')}`,
            },
            ...lanes,
            tick,
        ),
        el('p', { class: 'keys', 'aria-hidden': 'true' }, ...keys),
    );

    function after(ms) {
        return isNumber(ms) ? commit + ms : null;
    }
}

function key(kind, label, ms) {
    return el('span', { class: `key ${kind}` }, `${label} `, el('b', {}, duration(ms)));
}
