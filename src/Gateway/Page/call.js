// A call by this browser: its microphone to the server, the assistant's voice to its loudspeaker.

import { socketAddress } from './api.js';

const Rate = 24_000;
const FrameMs = 40;
const FrameBytes = ((Rate * FrameMs) / 1000) * 2;
// Sound that is handed to the WebSocket and not sent yet. What exceeds it waits here, where its oldest can be dropped.
const MaxBuffered = 4 * FrameBytes;
// Frames that wait for the WebSocket: one second.
const MaxWaiting = 25;
// RMS above which the microphone's sound counts as speech (-40 dBFS), and the pause after which it begins anew.
const SpeechLevel = 0.01;
const SpeechPauseMs = 300;
// Beginnings of the assistant's voice that are remembered.
const MaxVoices = 5_000;
const CloseTryLater = 1013;

/** What a person can be told about the call. */
export const CallState = Object.freeze({
    Asking: 'asking',
    Refused: 'refused',
    NoMicrophone: 'no-microphone',
    Connecting: 'connecting',
    Live: 'live',
    Ending: 'ending',
    Full: 'full',
    Failed: 'failed',
    Ended: 'ended',
});

/** One call; used once. Events: `change` of the state, `level` with new figures, `interruption` of the assistant. */
export class BrowserCall extends EventTarget {
    id = null;
    state = CallState.Asking;
    reason = '';
    figures = { sentMs: 0, droppedMs: 0, playedMs: 0, queuedMs: 0, lostVoiceMs: 0, input: 0, output: 0, isMuted: false, isSounding: false };
    /** The last time the assistant was interrupted: played until then, and the time from the first loud frame to silence. */
    interruption = null;
    /** Where the assistant's voice began, in ms on the clock of the sound that was sent. */
    voices = [];

    #context = null;
    #microphone = null;
    #capture = null;
    #playout = null;
    #socket = null;
    #waiting = [];
    #isMutedByServer = false;
    #isMutedByPerson = false;
    #speechBegan = null;
    #lastLoud = -Infinity;

    /** Asks for the microphone and connects. Called from a click: browsers start sound only then. */
    async start() {
        try {
            this.#microphone = await navigator.mediaDevices.getUserMedia({
                audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
            });
        } catch (error) {
            const isMissing = error.name === 'NotFoundError' || error.name === 'NotReadableError';
            this.#enter(isMissing ? CallState.NoMicrophone : CallState.Refused, error.message);
            return;
        }
        try {
            this.#enter(CallState.Connecting);
            await this.#openSound();
            this.#connect();
        } catch (error) {
            this.#enter(CallState.Failed, error.message);
            this.#release();
        }
    }

    /** Ends the call in good order: the server finishes what is open and answers with `ended`. Asked again, it is not waited for. */
    stop() {
        if (this.state === CallState.Live && this.#socket.readyState === WebSocket.OPEN) {
            this.#send({ type: 'stop' });
            this.#enter(CallState.Ending);
        } else {
            this.leave();
            this.#finish(CallState.Ended, '');
        }
    }

    /** Leaves without waiting for an answer, as when the tab is closed: what was not heard by now is not heard. */
    leave() {
        if (this.#socket?.readyState !== WebSocket.OPEN) return;
        this.#send({ type: 'played', ms: this.figures.playedMs });
        this.#send({ type: 'stop' });
        this.#socket.close(1000);
    }

    /** Mutes or opens the microphone by the person's wish. */
    mute(isMuted) {
        this.#isMutedByPerson = isMuted;
        this.#applyMute();
    }

    /** Whether the person muted the microphone. */
    get isMutedByPerson() {
        return this.#isMutedByPerson;
    }

    /** Whether the call still needs its controls. */
    get isOpen() {
        return [CallState.Asking, CallState.Connecting, CallState.Live, CallState.Ending].includes(this.state);
    }

    async #openSound() {
        let source;
        try {
            this.#context = new AudioContext({ sampleRate: Rate, latencyHint: 'interactive' });
            source = this.#context.createMediaStreamSource(this.#microphone);
        } catch {
            // This browser does not join a microphone to a context of another rate: the worklets resample.
            await this.#context?.close();
            this.#context = new AudioContext({ latencyHint: 'interactive' });
            source = this.#context.createMediaStreamSource(this.#microphone);
        }
        const worklets = ['capture-worklet.js', 'playout-worklet.js'].map(file => new URL(file, import.meta.url));
        await Promise.all(worklets.map(address => this.#context.audioWorklet.addModule(address)));
        const mono = { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1], channelCount: 1, channelCountMode: 'explicit' };
        this.#capture = new AudioWorkletNode(this.#context, 'capture', mono);
        this.#playout = new AudioWorkletNode(this.#context, 'playout', { ...mono, numberOfInputs: 0 });
        this.#capture.port.onmessage = ({ data }) => this.#captured(data);
        this.#playout.port.onmessage = ({ data }) => this.#playedOut(data);
        source.connect(this.#capture);
        this.#capture.connect(this.#context.destination); // it puts out silence; connected, it is run
        this.#playout.connect(this.#context.destination);
        await this.#context.resume();
    }

    #connect() {
        this.#socket = new WebSocket(socketAddress('calls/browser'));
        this.#socket.binaryType = 'arraybuffer';
        this.#socket.onmessage = ({ data }) => (typeof data === 'string' ? this.#told(data) : this.#heard(data));
        this.#socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    }

    #told(text) {
        let message;
        try {
            message = JSON.parse(text);
        } catch {
            return;
        }
        switch (message?.type) {
            case 'call':
                this.id = String(message.id);
                this.#enter(CallState.Live);
                break;
            case 'mute':
            case 'unmute':
                this.#isMutedByServer = message.type === 'mute';
                this.#applyMute();
                break;
            case 'clear':
                this.#playout.port.postMessage({ type: 'clear' });
                break;
            case 'ended':
                this.#finish(CallState.Ended, String(message.exit ?? ''));
                break;
            default: // a newer server says more than this page knows
        }
    }

    #heard(sound) {
        const whole = sound.byteLength % 2 === 0 ? sound : sound.slice(0, sound.byteLength - 1);
        this.#playout?.port.postMessage({ type: 'sound', sound: whole }, [whole]);
    }

    #captured({ sound, level, isMuted }) {
        if (!this.isOpen) return;
        this.#watchSpeech(level);
        if (this.state === CallState.Live) {
            this.#waiting.push(sound);
            if (this.#waiting.length > MaxWaiting) {
                this.#waiting.shift();
                this.figures.droppedMs += FrameMs;
            }
            this.#pump();
        }
        this.figures.input = isMuted ? 0 : level;
        this.#announce('level');
    }

    #pump() {
        while (this.#waiting.length > 0 && this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount <= MaxBuffered) {
            this.#socket.send(this.#waiting.shift());
            this.figures.sentMs += FrameMs;
        }
    }

    #playedOut(report) {
        const figures = this.figures;
        figures.playedMs = report.playedMs;
        figures.queuedMs = report.queuedMs;
        figures.lostVoiceMs = report.droppedMs;
        figures.isSounding = report.type === 'began' || report.type === 'progress';
        figures.output = figures.isSounding ? report.level : 0;
        if (report.type === 'began') this.#voiceBegan();
        if (report.type === 'cleared' && report.wasSounding) this.#interrupted(report);
        this.#send({ type: 'played', ms: report.playedMs });
        this.#announce('level');
    }

    #voiceBegan() {
        this.voices.push(this.figures.sentMs);
        if (this.voices.length > MaxVoices) this.voices.shift();
    }

    #watchSpeech(level) {
        const now = performance.now();
        if (level < SpeechLevel) {
            if (now - this.#lastLoud > SpeechPauseMs) this.#speechBegan = null;
            return;
        }
        this.#lastLoud = now;
        this.#speechBegan ??= now - FrameMs;
    }

    #interrupted({ playedMs, unheard }) {
        const afterMs = this.#speechBegan === null ? null : Math.round(performance.now() - this.#speechBegan);
        this.interruption = { playedMs, unheardMs: unheard, afterMs };
        this.#announce('interruption');
    }

    #applyMute() {
        const isMuted = this.#isMutedByServer || this.#isMutedByPerson;
        this.figures.isMuted = isMuted;
        this.#capture?.port.postMessage({ type: 'mute', isMuted });
        this.#announce('level');
    }

    #closed(code, reason) {
        if (this.state === CallState.Connecting && code === CloseTryLater) this.#finish(CallState.Full, reason);
        else if (this.isOpen) {
            this.#finish(CallState.Failed, reason || `The connection to the server was lost (${code}).`);
        }
    }

    #finish(state, reason) {
        if (!this.isOpen) return;
        this.#enter(state, reason);
        this.#release();
    }

    #release() {
        this.#microphone?.getTracks().forEach(track => track.stop());
        for (const node of [this.#capture, this.#playout]) node?.port.postMessage({ type: 'close' });
        this.#context?.close().catch(() => {});
        this.#socket?.close();
        this.#waiting = [];
    }

    #send(message) {
        if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
    }

    #enter(state, reason = '') {
        this.state = state;
        this.reason = reason;
        this.#announce('change');
    }

    #announce(type) {
        this.dispatchEvent(new Event(type));
    }
}
