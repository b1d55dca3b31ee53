// The conversation: one block per turn, drawn again only when a record of that turn comes.

import { compare } from './diff.js';
import { el, oncePerFrame, unseen } from './dom.js';
import { duration, isNumber, position, usd } from './format.js';
import { startedAt, statusText } from './records.js';
import { timeBar } from './timebar.js';

// Blocks in the page at most; a longer call shows its newest turns.
const MaxTurns = 2_000;

const Flags = {
    usage_without_audio: ['usage without audio', 'The server reported no audio tokens for this transcript: its cost is too low.'],
    partial_text: ['partial text', "The model's transcript did not complete."],
    transcribed_again: ['transcribed again', "The model's transcript looked invented and was requested once more."],
    asr_preferred: ['ASR preferred', "The built-in transcript is used, because the model's looks invented."],
    no_speech_energy: ['no speech energy', 'Words were transcribed where nothing loud enough was said.'],
    too_many_words: ['too many words', 'More words than can be said in this time.'],
    like_assistant: ['like the assistant', 'The transcript repeats the assistant.'],
    labelled: ['labelled', 'The transcript has labels or comments of its own.'],
    language_differs: ['language differs', 'The transcripts are in different languages.'],
};
const Suspicions = new Set(['no_speech_energy', 'too_many_words', 'like_assistant', 'labelled', 'language_differs']);

/** Shows the turns of a call in an element. `onPlay`: play the recording from a turn; `voiceAfter`: what `timeBar` needs, by turn. */
export class ConversationView {
    #list = el('ol', { class: 'turns' });
    #more = el('p', { class: 'empty', hidden: true });
    #blocks = new Map();
    #hidden = 0;
    #onPlay;
    #voiceAfter;
    #follows = true;
    #end = el('div', { class: 'end' });
    #isEndSeen = true;
    #scroll = oncePerFrame(() => this.#end.scrollIntoView({ block: 'nearest' }));

    constructor(root, { onPlay, voiceAfter }) {
        this.#onPlay = onPlay;
        this.#voiceAfter = voiceAfter;
        root.replaceChildren(this.#more, this.#list, this.#end);
        new IntersectionObserver(
            ([entry]) => {
                this.#isEndSeen = entry.isIntersecting;
            },
            { rootMargin: '80px' },
        ).observe(this.#end);
    }

    /** Draws the block of a turn; a new one goes to its place by number, which is nearly always the end. */
    update(entry) {
        let block = this.#blocks.get(entry.number);
        if (block === undefined) {
            block = el('li', { class: 'turn', 'data-turn': entry.number });
            this.#blocks.set(entry.number, block);
            let before = this.#list.lastElementChild;
            while (before !== null && Number(before.dataset.turn) > entry.number) before = before.previousElementSibling;
            if (before === null) this.#list.prepend(block);
            else before.after(block);
            this.#bound();
        }
        this.#fill(block, entry);
        if (this.#isEndSeen && this.#follows) this.#scroll();
    }

    /** Whether a new turn is scrolled to, where the end was in sight before. */
    follow(isOn) {
        this.#follows = isOn;
    }

    /** Marks the turn that is being played. */
    playing(number) {
        for (const block of this.#list.querySelectorAll('.is-playing')) block.classList.remove('is-playing');
        this.#blocks.get(number)?.classList.add('is-playing');
    }

    #fill(block, entry) {
        const { record } = entry;
        const answers = [...entry.answers.values()];
        const voiceAfter = record && this.#voiceAfter(entry);
        block.dataset.verdict = record?.verdict ?? '';
        block.replaceChildren(
            heading(entry, record && this.#onPlay ? () => this.#onPlay(entry.number) : null),
            ...(record
                ? transcripts(record, wordsThatCount(entry))
                : [el('p', { class: 'empty' }, 'The transcripts are still being made.')]),
            ...[...entry.hearings.values()].map(hearing),
            ...(record?.entities?.length > 0 ? [entities(record.entities)] : []),
            ...[record ? timeBar(record, answers, voiceAfter) : null].filter(Boolean),
            ...[...entry.tools.values()].map(tool),
            ...answers.map(answer),
        );
    }

    #bound() {
        while (this.#blocks.size > MaxTurns) {
            const oldest = this.#list.firstElementChild;
            this.#blocks.delete(Number(oldest.dataset.turn));
            oldest.remove();
            this.#hidden++;
        }
        this.#more.hidden = this.#hidden === 0;
        this.#more.textContent = `${this.#hidden} earlier turns are not shown; the session's folder has them.`;
    }
}

/** What a screen reader is told of a new turn. */
export function spokenTurn(record) {
    const words = record.words ?? record.oob?.text ?? record.asr?.text ?? statusText(record.oob);
    const verdict = isNumber(record.agreement?.wer)
        ? record.agreement.wer === 0
            ? 'Both transcripts agree.'
            : 'The transcripts differ.'
        : '';
    return `Turn ${record.turn}, caller: ${words} ${verdict}`;
}

function heading(entry, onPlay) {
    const { record } = entry;
    const at = record && (startedAt(record) ?? record.audio_start_ms);
    return el(
        'header',
        {},
        el('h2', {}, entry.number > 0 ? `Turn ${entry.number}` : 'Before the first turn'),
        isNumber(at) && el('span', { class: 'at' }, position(at)),
        record && record.source && record.source !== 'vad' && chip(record.source, 'How the turn was ended'),
        record && verdict(record),
        entry.isAmended && chip('amended', 'A transcript came after its deadline.'),
        ...(record?.flags ?? []).map(flag => {
            const [label, title] = Flags[flag] ?? [flag.replaceAll('_', ' '), ''];
            return chip(label, title, Suspicions.has(flag) ? 'suspicion' : 'flag');
        }),
        onPlay &&
            el(
                'button',
                { type: 'button', class: 'play', click: onPlay, 'aria-label': `Play from turn ${entry.number}` },
                el('span', { 'aria-hidden': 'true' }, '▶'),
            ),
    );
}

function chip(label, title, kind = 'plain') {
    return el('span', { class: `chip ${kind}`, title: title || null }, label);
}

function verdict(record) {
    const titles = {
        agreed: 'Both transcripts say the same.',
        minor: 'The transcripts differ in nothing that matters.',
        conflict: 'The transcripts differ in something that matters.',
        suspect: 'A transcript looks invented.',
    };
    if (typeof record.verdict === 'string') {
        const reasons = (record.reasons ?? []).map(reason => reason.replaceAll('_', ' ')).join(', ');
        const title = [titles[record.verdict], reasons && `Because of ${reasons}.`].filter(Boolean).join(' ');
        return chip(record.verdict, title, `verdict ${titles[record.verdict] ? record.verdict : ''}`);
    }
    if (!isNumber(record.agreement?.wer)) return chip('not compared', 'One of the transcripts is missing.', 'verdict');
    return record.agreement.wer === 0
        ? chip('agreed', titles.agreed, 'verdict agreed')
        : chip('differs', `Word error rate ${(record.agreement.wer * 100).toFixed(0)} %`, 'verdict minor');
}

/** The words of a turn that count: later words may have changed them. */
function wordsThatCount({ record, hearings }) {
    const changed = [...hearings.values()].map(hearing => hearing.text).filter(text => typeof text === 'string');
    return changed.at(-1) ?? record.words;
}

function transcripts(record, words) {
    const { oob, asr } = record;
    const marked = oob?.text && asr?.text ? compare(oob.text, asr.text, record.agreement?.differences) : null;
    const counting = typeof words === 'string' && record.verdict !== 'agreed' && oob?.text !== asr?.text ? words : null;
    const rows = [
        transcript('oob', 'Model', "The Realtime model's own transcript", oob, marked?.oob, counting),
        transcript('asr', 'ASR', `Built-in transcription${asr?.model ? ` (${asr.model})` : ''}`, asr, marked?.asr, counting),
    ];
    if (counting !== null && counting !== oob?.text && counting !== asr?.text) {
        rows.push(row('words', 'Counts', 'The text that counts', [el('p', { dir: 'auto' }, counting)], []));
    }
    if (marked?.count > 0)
        rows.push(unseen(`Marked as different: ${differing(marked.oob)} in the model's, ${differing(marked.asr)} in ASR's.`));
    return [el('div', { class: 'pair' }, ...rows)];
}

function differing(parts) {
    return (
        parts
            .filter(part => part.differs)
            .map(part => `“${part.text}”`)
            .join(', ') || 'nothing'
    );
}

function transcript(kind, label, title, result, parts, counting) {
    const status = statusText(result);
    const text = result?.text ?? '';
    const shown = parts?.map(part => (part.differs ? el('mark', {}, part.text) : part.text)) ?? [text];
    const figures = [
        isNumber(result?.latency_ms) && duration(result.latency_ms),
        isNumber(result?.cost_usd) ? usd(result.cost_usd) : result?.usage ? 'no price' : false,
        result?.attempts > 1 && `${result.attempts} attempts`,
    ];
    const words = el('p', { dir: 'auto', 'data-text': kind }, ...shown);
    return row(
        kind,
        label,
        title,
        [words, status !== '' && el('p', { class: 'status' }, status)],
        figures,
        counting !== null && counting === text,
    );
}

function row(kind, label, title, content, figures, isUsed = false) {
    return el(
        'div',
        { class: `row ${kind}`, 'data-method': kind },
        el('span', { class: 'method', title }, label, isUsed && el('span', { class: 'used', title: 'The text that counts' }, 'counts')),
        el('div', { class: 'text' }, ...content),
        el('span', { class: 'figures' }, ...figures.filter(Boolean).map(figure => el('span', {}, figure))),
    );
}

function hearing(record) {
    const names = { oob: "the model's transcript", asr: 'the ASR transcript', neither: 'neither transcript' };
    return el(
        'p',
        { class: 'hearing' },
        el('b', {}, `Later words support ${names[record.supported_by] ?? record.supported_by}`),
        record.words ? `: ${record.words}` : '',
        record.evidence && el('q', { dir: 'auto' }, record.evidence),
        record.source && el('span', { class: 'at' }, ` ${String(record.source).replaceAll('_', ' ')}`),
    );
}

function entities(list) {
    const states = { agreed: 'agree', differs: 'differ', only_oob: 'model only', only_asr: 'ASR only' };
    return el(
        'dl',
        { class: 'entities' },
        ...list
            .slice(0, 50)
            .map(entity =>
                el(
                    'div',
                    { class: `entity ${entity.state}` },
                    el('dt', {}, String(entity.kind).replaceAll('_', ' ')),
                    el(
                        'dd',
                        {},
                        entity.oob ?? '–',
                        entity.state !== 'agreed' && el('span', { class: 'versus' }, ' / ', entity.asr ?? '–'),
                        el('span', { class: 'state' }, states[entity.state] ?? entity.state),
                    ),
                ),
            ),
    );
}

function tool(record) {
    const argumentsText = record.arguments === null || record.arguments === undefined ? '' : JSON.stringify(record.arguments);
    return row(
        'tool',
        'Tool',
        `Tool ${record.tool}`,
        [
            el('p', {}, el('b', {}, record.tool), ' ', el('code', {}, argumentsText)),
            el('p', { class: 'status' }, record.output ?? statusText(record)),
        ],
        [],
    );
}

function answer(record) {
    const isCut = typeof record.heard_text === 'string';
    const heard = isCut ? record.heard_text : (record.text ?? '');
    const unheard = isCut && record.text?.startsWith(record.heard_text) ? record.text.slice(record.heard_text.length) : '';
    const isWhole = record.status === 'completed' && !isCut;
    const note = isWhole
        ? null
        : el(
              'p',
              { class: 'status' },
              record.status === 'cancelled' ? 'interrupted' : record.status,
              record.error ? `: ${record.error}` : '',
          );
    return el(
        'div',
        { class: 'row answer', 'data-answer': record.response_id, 'data-status': record.status, 'data-heard-ms': record.heard_ms },
        el('span', { class: 'method' }, 'Assistant'),
        el(
            'div',
            { class: 'text' },
            el(
                'p',
                { dir: 'auto', 'data-text': 'assistant' },
                heard,
                unheard !== '' && el('s', { title: 'Not heard by the caller' }, unheard),
            ),
            note,
        ),
        el(
            'span',
            { class: 'figures' },
            isNumber(record.heard_ms) && el('span', {}, `heard ${duration(record.heard_ms)}`),
            isNumber(record.cost_usd) && el('span', {}, usd(record.cost_usd)),
        ),
    );
}
