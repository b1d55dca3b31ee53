// Changes the rate of a stream of samples; used where the browser does not run at 24 kHz.

const ZeroCrossings = 16;
const TableSteps = 256;

/** A band-limited interpolator (windowed sinc) from one rate to another, with state between blocks. */
export class Resampler {
    #step;
    #cutoff;
    #half;
    #table;
    #kept;
    #at;

    constructor(from, to) {
        this.#step = from / to;
        this.#cutoff = Math.min(1, to / from);
        this.#half = Math.ceil(ZeroCrossings / this.#cutoff);
        this.#kept = new Float32Array(2 * this.#half);
        this.#at = this.#half; // position of the next output sample in what is kept
        this.#table = new Float32Array(ZeroCrossings * TableSteps + 2);
        for (let i = 0; i < this.#table.length; i++) {
            const x = i / TableSteps;
            const window = x >= ZeroCrossings ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / ZeroCrossings);
            this.#table[i] = window * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
        }
    }

    /** The output samples that a block of input samples completes. */
    push(input) {
        const samples = new Float32Array(this.#kept.length + input.length);
        samples.set(this.#kept);
        samples.set(input, this.#kept.length);
        const output = [];
        for (; this.#at + this.#half < samples.length; this.#at += this.#step) output.push(this.#sample(samples));
        const first = Math.max(0, Math.floor(this.#at) - this.#half);
        this.#kept = samples.slice(first);
        this.#at -= first;
        return output;
    }

    #sample(samples) {
        const center = Math.floor(this.#at);
        let sum = 0;
        for (let i = Math.max(0, center - this.#half + 1); i <= center + this.#half; i++) {
            const place = Math.abs(i - this.#at) * this.#cutoff * TableSteps;
            const index = Math.floor(place);
            if (index + 1 >= this.#table.length) continue;
            sum += samples[i] * (this.#table[index] + (place - index) * (this.#table[index + 1] - this.#table[index]));
        }
        return sum * this.#cutoff;
    }
}
