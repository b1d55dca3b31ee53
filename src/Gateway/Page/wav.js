// Reads the two files of a recording: PCM16 mono 24 kHz, both from the opening of the session.

const Rate = 24_000;
const BytesPerMs = (Rate * 2) / 1000;
// 20 ms windows; above -40 dBFS is speech, after 500 ms below it speech begins anew.
const WindowMs = 20;
const SpeechLevel = 0.01;
const PauseWindows = 25;

/** The samples of a WAV file; null where it is no such file. */
export function samplesOf(buffer) {
    const view = new DataView(buffer);
    if (buffer.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return null;
    let isOurs = false;
    for (let at = 12; at + 8 <= buffer.byteLength;) {
        const size = view.getUint32(at + 4, true);
        if (tag(view, at) === 'fmt ' && at + 24 <= buffer.byteLength) {
            isOurs =
                view.getUint16(at + 8, true) === 1 &&
                view.getUint16(at + 10, true) === 1 &&
                view.getUint32(at + 12, true) === Rate &&
                view.getUint16(at + 22, true) === 16;
        } else if (tag(view, at) === 'data') {
            // A recording that was cut off may end before its header says.
            const bytes = Math.min(size, buffer.byteLength - at - 8);
            return isOurs ? new Int16Array(buffer.slice(at + 8, at + 8 + bytes - (bytes % 2))) : null;
        }
        at += 8 + size + (size % 2);
    }
    return null;
}

/** Both voices as one stereo WAV file: the caller mostly left, the assistant mostly right. */
export function mix(caller, assistant) {
    const length = Math.max(caller.length, assistant.length);
    const buffer = new ArrayBuffer(44 + length * 4);
    const view = new DataView(buffer);
    write(view, 0, 'RIFF');
    view.setUint32(4, 36 + length * 4, true);
    write(view, 8, 'WAVEfmt ');
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 2, true);
    view.setUint32(24, Rate, true);
    view.setUint32(28, Rate * 4, true);
    view.setUint16(32, 4, true);
    view.setUint16(34, 16, true);
    write(view, 36, 'data');
    view.setUint32(40, length * 4, true);
    const sound = new Int16Array(buffer, 44);
    for (let i = 0; i < length; i++) {
        const near = caller[i] ?? 0;
        const far = assistant[i] ?? 0;
        sound[2 * i] = clamp(near * 0.75 + far * 0.35);
        sound[2 * i + 1] = clamp(near * 0.35 + far * 0.75);
    }
    return new Blob([buffer], { type: 'audio/wav' });
}

/** Loudest sample of each of `count` equal parts of `totalMs`, 0 to 1. */
export function peaks(samples, count, totalMs) {
    const perPart = (totalMs * Rate) / 1000 / count;
    return Array.from({ length: count }, (_, part) => {
        let peak = 0;
        const end = Math.min(samples.length, Math.floor((part + 1) * perPart));
        for (let i = Math.floor(part * perPart); i < end; i += 4) peak = Math.max(peak, Math.abs(samples[i]));
        return peak / 32768;
    });
}

/** Where speech begins, in ms. */
export function onsets(samples) {
    const window = (Rate * WindowMs) / 1000;
    const found = [];
    let quiet = PauseWindows;
    for (let from = 0; from + window <= samples.length; from += window) {
        let power = 0;
        for (let i = from; i < from + window; i++) power += samples[i] * samples[i];
        const isLoud = Math.sqrt(power / window) / 32768 > SpeechLevel;
        if (isLoud && quiet >= PauseWindows) found.push((from * 1000) / Rate);
        quiet = isLoud ? 0 : quiet + 1;
    }
    return found;
}

/** Length in ms. */
export function lengthMs(samples) {
    return (samples.length * 2) / BytesPerMs;
}

function clamp(value) {
    return Math.max(-32768, Math.min(32767, value));
}

function tag(view, at) {
    return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function write(view, at, text) {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
}
