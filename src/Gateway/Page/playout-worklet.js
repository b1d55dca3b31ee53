// The assistant's voice in the audio thread: a bounded queue of PCM16 mono 24 kHz. It counts the samples that it has really put out:
// that figure, and no clock, says how much was heard.

import { Resampler } from './resample.js';

const Rate = 24_000;
// The model speaks faster than real time; the server's own limit (playback.limit) is the same.
const QueueSeconds = 120;
// The server truncates by the last report: at an interruption it is at most this old.
const ReportMs = 50;
// Sound waits this long before it begins, so that packets that come unevenly leave no gaps.
const LeadMs = 60;

class Playout extends AudioWorkletProcessor {
    #queue = new Int16Array(Rate * QueueSeconds);
    #first = 0;
    #size = 0;
    #played = 0;
    #dropped = 0;
    #resampler = sampleRate === Rate ? null : new Resampler(Rate, sampleRate);
    #ready = []; // resampled, not yet put out
    #block = new Float32Array(128);
    #power = 0;
    #measured = 0;
    #waited = 0;
    #isSounding = false;
    #isOpen = true;

    constructor() {
        super();
        this.port.onmessage = ({ data }) => {
            if (data.type === 'sound') this.#add(new Int16Array(data.sound));
            if (data.type === 'clear') this.#clear();
            if (data.type === 'close') this.#isOpen = false;
        };
    }

    process(_, outputs) {
        const output = outputs[0][0];
        if (!this.#isSounding && !this.#isReady(output.length)) return this.#isOpen; // outputs begin as silence
        if (this.#resampler) this.#fillResampled(output);
        else this.#read(output);
        for (let channel = 1; channel < outputs[0].length; channel++) outputs[0][channel].set(output);

        const isSounding = this.#size > 0 || this.#ready.length > 0;
        for (const sample of output) this.#power += sample * sample;
        this.#measured += output.length;
        if (isSounding !== this.#isSounding) {
            this.#isSounding = isSounding;
            this.#report(isSounding ? 'began' : 'drained');
        } else if (isSounding && this.#measured >= (sampleRate * ReportMs) / 1000) {
            this.#report('progress');
        }
        return this.#isOpen;
    }

    /** Whether there is sound, and enough of it or for long enough, to begin. */
    #isReady(samples) {
        if (this.#size === 0) {
            this.#waited = 0;
            return false;
        }
        this.#waited += samples;
        const lead = LeadMs / 1000;
        return this.#waited >= lead * sampleRate || this.#size >= lead * Rate;
    }

    #add(samples) {
        const room = Math.min(samples.length, this.#queue.length - this.#size);
        this.#dropped += samples.length - room;
        for (let i = 0; i < room; i++) this.#queue[(this.#first + this.#size + i) % this.#queue.length] = samples[i];
        this.#size += room;
    }

    #clear() {
        const unheard = this.#size + (this.#ready.length * Rate) / sampleRate;
        const wasSounding = this.#isSounding;
        this.#size = 0;
        this.#ready = [];
        this.#waited = 0;
        this.#isSounding = false;
        this.#report('cleared', { wasSounding, unheard: Math.round((unheard / Rate) * 1000) });
    }

    /** Takes samples from the queue; silence where it is empty. */
    #read(output) {
        const count = Math.min(output.length, this.#size);
        for (let i = 0; i < count; i++) output[i] = this.#queue[(this.#first + i) % this.#queue.length] / 32768;
        output.fill(0, count);
        this.#first = (this.#first + count) % this.#queue.length;
        this.#size -= count;
        this.#played += count;
    }

    #fillResampled(output) {
        while (this.#ready.length < output.length && this.#size > 0) {
            this.#read(this.#block);
            this.#ready.push(...this.#resampler.push(this.#block));
        }
        const ready = this.#ready.splice(0, output.length);
        output.set(ready);
        output.fill(0, ready.length);
    }

    #report(type, more) {
        this.port.postMessage({
            type,
            playedMs: Math.floor((this.#played / Rate) * 1000),
            queuedMs: Math.round((this.#size / Rate) * 1000),
            droppedMs: Math.round((this.#dropped / Rate) * 1000),
            level: this.#measured > 0 ? Math.sqrt(this.#power / this.#measured) : 0,
            ...more,
        });
        this.#power = 0;
        this.#measured = 0;
    }
}

registerProcessor('playout', Playout);
