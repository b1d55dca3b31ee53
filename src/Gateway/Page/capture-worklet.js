// The microphone in the audio thread: frames of 40 ms, PCM16 mono 24 kHz, each with its level. Muted, it sends silence, so that the
// server's audio clock stays true.

import { Resampler } from './resample.js';

const Rate = 24_000;
const FrameSamples = 960;

class Capture extends AudioWorkletProcessor {
    #resampler = sampleRate === Rate ? null : new Resampler(sampleRate, Rate);
    #frame = new Int16Array(FrameSamples);
    #filled = 0;
    #power = 0;
    #isMuted = false;
    #isOpen = true;
    #silence = new Float32Array(128);

    constructor() {
        super();
        this.port.onmessage = ({ data }) => {
            if (data.type === 'mute') this.#isMuted = data.isMuted;
            if (data.type === 'close') this.#isOpen = false;
        };
    }

    process(inputs) {
        const input = inputs[0]?.[0] ?? this.#silence;
        for (const sample of this.#resampler ? this.#resampler.push(input) : input) this.#take(sample);
        return this.#isOpen;
    }

    #take(sample) {
        this.#power += sample * sample;
        this.#frame[this.#filled++] = this.#isMuted ? 0 : Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
        if (this.#filled < FrameSamples) return;
        const sound = this.#frame.buffer;
        this.port.postMessage({ sound, level: Math.sqrt(this.#power / FrameSamples), isMuted: this.#isMuted }, [sound]);
        this.#frame = new Int16Array(FrameSamples);
        this.#filled = 0;
        this.#power = 0;
    }
}

registerProcessor('capture', Capture);
