// The recorded sound of a call: both voices on one clock, drawn and played from any turn.

import { request } from './api.js';
import { el, svg } from './dom.js';
import { isNumber, position } from './format.js';
import { startedAt } from './records.js';
import { lengthMs, mix, onsets, peaks, samplesOf } from './wav.js';

// Of each file at most: 45 minutes. A longer recording is cut there, and the page says so.
const MaxBytes = 45 * 60 * 48_000;
const Parts = 600;
// The server places the start of speech this much before its first loud sound.
const PaddingMs = 300;
// A turn is highlighted this long before its start, so that a jump to it counts as being in it.
const SlackMs = 50;

/** Loads the recording of a call; null where there is none. `isPausing`: the input waited while the assistant was heard. */
export async function loadRecording(id, isPausing, signal) {
    const [caller, assistant] = await Promise.all(['input.wav', 'output.wav'].map(file => load(id, file, signal)));
    if (caller === null && assistant === null) return null;
    return new Recording(
        caller?.samples ?? new Int16Array(0),
        assistant?.samples ?? new Int16Array(0),
        isPausing,
        Boolean(caller?.isCut || assistant?.isCut),
    );
}

class Recording {
    #caller;
    #assistant;
    #inputOnsets;
    #voiceOnsets;
    #isPausing;
    #places = new Map();
    #shift = 0;

    constructor(caller, assistant, isPausing, isCut) {
        this.#caller = caller;
        this.#assistant = assistant;
        this.#isPausing = isPausing;
        this.#inputOnsets = onsets(caller);
        this.#voiceOnsets = onsets(assistant);
        this.isCut = isCut;
        this.lengthMs = Math.max(lengthMs(caller), lengthMs(assistant), 1);
    }

    /**
     * Finds where a turn begins in the recording; turns are placed in order. The record may say it. If it does not: the clock of a live
     * input is the recording's; a file pauses while the assistant is heard, which shifts all that follows, so that the turn begins with
     * the next speech.
     */
    place(record) {
        const started = startedAt(record);
        if (this.#places.has(record.turn) || !isNumber(started ?? record.audio_start_ms)) return;
        if (started !== null) {
            this.#places.set(record.turn, { turn: record.turn, start: started, end: record.ended_ms ?? null });
            return;
        }
        if (this.#isPausing) {
            const earliest = record.audio_start_ms + this.#shift;
            const onset = this.#inputOnsets.find(ms => ms >= earliest);
            if (onset !== undefined) this.#shift = Math.max(this.#shift, onset - PaddingMs - record.audio_start_ms);
        }
        const start = Math.max(0, record.audio_start_ms + this.#shift);
        const end = record.audio_end_ms === null ? null : record.audio_end_ms + this.#shift;
        this.#places.set(record.turn, { turn: record.turn, start, end });
    }

    /** Where a turn begins, in ms. */
    startOf(turn) {
        return this.#places.get(turn)?.start ?? null;
    }

    /** Time from the end of a turn's speech to the first sound of the answer; null where none came before the next turn. */
    voiceAfter(turn) {
        const place = this.#places.get(turn);
        if (!place || place.end === null) return null;
        const next = Math.min(...[...this.#places.values()].map(other => other.start).filter(start => start > place.start), Infinity);
        const onset = this.#voiceOnsets.find(ms => ms >= place.end - SlackMs);
        return onset === undefined || onset > Math.max(next, place.end) + PaddingMs ? null : Math.max(0, onset - place.end);
    }

    /** The turn at a moment, or null. */
    turnAt(ms) {
        return (
            [...this.#places.values()]
                .filter(place => place.start <= ms + SlackMs)
                .sort((a, b) => a.start - b.start)
                .at(-1)?.turn ?? null
        );
    }

    /** All places in order. */
    get places() {
        return [...this.#places.values()].sort((a, b) => a.start - b.start);
    }

    /** Both voices in one file. */
    sound() {
        return mix(this.#caller, this.#assistant);
    }

    /** The loudness of both voices over the whole length, each against its own loudest part. */
    shape() {
        return [this.#caller, this.#assistant].map(samples => {
            const parts = peaks(samples, Parts, this.lengthMs);
            const loudest = Math.max(0.01, ...parts);
            return parts.map(peak => peak / loudest);
        });
    }
}

/** The player: a button, the shape of both voices, a slider over it. `onTurn` is told the turn that is played. */
export class Player {
    #recording;
    #audio;
    #address;
    #button = el('button', { type: 'button', class: 'playback' });
    #time = el('span', { class: 'time' });
    #slider = el('input', { type: 'range', min: 0, step: 100, value: 0, 'aria-label': 'Position in the recording' });
    #past = svg('rect', { class: 'past', x: 0, y: 0, width: 0, height: 60 });
    #onTurn;

    constructor(recording, onTurn) {
        this.#recording = recording;
        this.#onTurn = onTurn;
        this.#address = URL.createObjectURL(recording.sound());
        this.#audio = el('audio', { preload: 'auto', src: this.#address });
        this.#slider.max = String(Math.floor(recording.lengthMs));
        this.#button.addEventListener('click', () => (this.#audio.paused ? this.#audio.play() : this.#audio.pause()));
        this.#slider.addEventListener('input', () => this.#seek(Number(this.#slider.value)));
        for (const event of ['play', 'pause', 'timeupdate', 'ended', 'seeked']) this.#audio.addEventListener(event, () => this.#show());
        this.element = el(
            'section',
            { class: 'player', 'aria-label': 'Recorded sound', 'data-state': 'paused' },
            this.#button,
            this.#shape(),
            this.#time,
            recording.isCut && el('p', { class: 'note' }, 'Only the first 45 minutes can be played here.'),
        );
        this.#show();
    }

    /** Plays from a turn on. */
    playTurn(turn) {
        const start = this.#recording.startOf(turn);
        if (start === null) return;
        this.#seek(start);
        this.#audio.play();
    }

    /** Ends playing and gives the sound back. */
    close() {
        this.#audio.pause();
        this.#audio.removeAttribute('src');
        URL.revokeObjectURL(this.#address);
    }

    #seek(ms) {
        this.#audio.currentTime = ms / 1000;
        this.#show(ms);
    }

    #show(ms = this.#audio.currentTime * 1000) {
        const isPlaying = !this.#audio.paused && !this.#audio.ended;
        const turn = this.#recording.turnAt(ms);
        this.element.dataset.state = isPlaying ? 'playing' : 'paused';
        this.element.dataset.atMs = Math.round(ms);
        this.element.dataset.turn = turn ?? '';
        this.#button.textContent = isPlaying ? '❚❚' : '▶';
        this.#button.setAttribute('aria-label', isPlaying ? 'Pause' : 'Play the recording');
        this.#time.textContent = `${position(ms)} / ${position(this.#recording.lengthMs)}`;
        this.#slider.value = String(Math.round(ms));
        this.#slider.setAttribute('aria-valuetext', `${position(ms)}${turn === null ? '' : `, turn ${turn}`}`);
        this.#past.setAttribute('width', (Parts * ms) / this.#recording.lengthMs);
        this.#onTurn(isPlaying ? turn : null);
    }

    #shape() {
        const [caller, assistant] = this.#recording.shape();
        const path = (parts, sign) =>
            parts.map((peak, index) => (peak < 0.02 ? '' : `M${index} ${30 + sign}v${(sign * peak * 26).toFixed(1)}`)).join('');
        const starts = this.#recording.places.map(place =>
            svg('path', { class: 'start', d: `M${((Parts * place.start) / this.#recording.lengthMs).toFixed(1)} 0v60` }),
        );
        return el(
            'div',
            { class: 'shape' },
            svg(
                'svg',
                { viewBox: `0 0 ${Parts} 60`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
                this.#past,
                ...starts,
                svg('path', { class: 'caller', d: path(caller, -1) }),
                svg('path', { class: 'assistant', d: path(assistant, 1) }),
            ),
            this.#slider,
        );
    }
}

/** The samples of a file; null where there is none. */
async function load(id, file, signal) {
    try {
        const response = await request(`api/calls/${encodeURIComponent(id)}/audio/${file}`, { signal });
        return await read(response.body);
    } catch {
        return null;
    }
}

async function read(body) {
    const parts = [];
    let size = 0;
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done && size < MaxBytes; part = await reader.read()) {
        parts.push(part.value);
        size += part.value.length;
    }
    reader.cancel().catch(() => {});
    const samples = samplesOf(await new Blob(parts).arrayBuffer());
    return samples === null ? null : { samples, isCut: size >= MaxBytes };
}
