// The panel of this browser's own call: what state it is in, both levels, mute and end.

import { CallState } from './call.js';
import { el } from './dom.js';
import { duration } from './format.js';

const Words = {
    [CallState.Asking]: ['Asking for the microphone', 'The browser asks you to allow it.'],
    [CallState.Refused]: ['The microphone was refused', "Allow it for this page in the browser's address bar, then start the call again."],
    [CallState.NoMicrophone]: ['No microphone', 'The browser finds none, or another program is using it.'],
    [CallState.Connecting]: ['Connecting', 'The server is starting the call.'],
    [CallState.Live]: ['You are on the call', 'Speak; you may interrupt the assistant.'],
    [CallState.Ending]: ['Ending the call', 'What is open is finished first.'],
    [CallState.Full]: ['The server is full', 'All its calls are taken. Try again in a moment.'],
    [CallState.Failed]: ['The call failed', ''],
    [CallState.Ended]: ['The call has ended', ''],
};
const Exits = {
    completed: 'It ended as asked.',
    failed: 'The session failed.',
    configuration: "The model's server refused the settings.",
    budget: 'Its budget is spent.',
    audio: 'Its sound failed.',
};
// RMS at both ends of a meter.
const Quietest = -60;

/** Shows one call in the panel until it is closed by the person. */
export class PhoneView {
    #root;
    #call;
    #title = el('strong', {});
    #detail = el('span', { class: 'detail' });
    #you = meter('You');
    #assistant = meter('Assistant');
    #mute = el('button', { type: 'button', id: 'mute', 'aria-pressed': 'false' }, 'Mute');
    #end = el('button', { type: 'button', id: 'end', class: 'danger' }, 'End the call');
    #close = el('button', { type: 'button', id: 'close', class: 'quiet' }, 'Close');
    #figures = el('span', { class: 'figures' });

    constructor(root, call) {
        this.#root = root;
        this.#call = call;
        this.#mute.addEventListener('click', () => call.mute(!call.isMutedByPerson));
        this.#end.addEventListener('click', () => call.stop());
        this.#close.addEventListener('click', () => {
            root.hidden = true;
        });
        for (const name of Object.keys(root.dataset)) delete root.dataset[name];
        root.hidden = false;
        root.replaceChildren(
            el(
                'div',
                { class: 'state', role: 'status' },
                el('span', { class: 'lamp', 'aria-hidden': 'true' }),
                el('p', {}, this.#title, this.#detail),
            ),
            el('div', { class: 'meters' }, this.#you.element, this.#assistant.element, this.#figures),
            el('div', { class: 'actions' }, this.#mute, this.#end, this.#close),
        );
        call.addEventListener('change', () => this.#state());
        call.addEventListener('level', () => this.#levels());
        call.addEventListener('interruption', () => this.#interrupted());
        this.#state();
        this.#levels();
    }

    #state() {
        const { state, reason, id, isOpen } = this.#call;
        const [title, detail] = Words[state];
        this.#root.dataset.state = state;
        this.#root.dataset.call = id ?? '';
        this.#title.textContent = title;
        this.#detail.textContent = state === CallState.Ended ? (Exits[reason] ?? '') : state === CallState.Failed ? reason : detail;
        this.#mute.hidden = state !== CallState.Live;
        this.#end.hidden = !isOpen;
        this.#end.textContent = state === CallState.Ending ? 'Hang up now' : 'End the call';
        this.#close.hidden = isOpen;
        if (!isOpen) for (const one of [this.#you, this.#assistant]) one.show(0);
    }

    #levels() {
        const { figures, isMutedByPerson, isOpen } = this.#call;
        if (!isOpen) return;
        const data = this.#root.dataset;
        data.sentMs = figures.sentMs;
        data.playedMs = figures.playedMs;
        data.droppedMs = figures.droppedMs;
        data.sounding = figures.isSounding;
        data.loudest = Math.max(Number(data.loudest ?? 0), figures.output).toFixed(3);
        this.#you.show(figures.input, figures.isMuted);
        this.#assistant.show(figures.output);
        this.#mute.setAttribute('aria-pressed', String(isMutedByPerson));
        this.#mute.textContent = isMutedByPerson ? 'Unmute' : 'Mute';
        this.#figures.textContent = [
            figures.isMuted && !isMutedByPerson ? 'muted while the assistant is heard' : null,
            figures.droppedMs > 0 ? `${duration(figures.droppedMs)} lost on the way` : null,
            figures.lostVoiceMs > 0 ? `${duration(figures.lostVoiceMs)} of the voice lost` : null,
            this.#call.interruption?.afterMs != null ? `silent ${duration(this.#call.interruption.afterMs)} after you spoke` : null,
        ]
            .filter(Boolean)
            .join(' · ');
    }

    #interrupted() {
        const { playedMs, unheardMs, afterMs } = this.#call.interruption;
        const data = this.#root.dataset;
        data.interruptions = Number(data.interruptions ?? 0) + 1;
        data.interruptedAtMs = playedMs;
        data.unheardMs = unheardMs;
        data.silentAfterMs = afterMs ?? '';
    }
}

function meter(label) {
    const fill = el('span', { class: 'fill' });
    const bar = el(
        'span',
        { class: 'bar', role: 'meter', 'aria-label': `Level: ${label}`, 'aria-valuemin': Quietest, 'aria-valuemax': 0 },
        fill,
    );
    const element = el('div', { class: 'meter' }, el('span', { class: 'name' }, label), bar);
    return {
        element,
        show(level, isMuted = false) {
            const decibels = level > 0 ? Math.max(Quietest, 20 * Math.log10(level)) : Quietest;
            fill.style.transform = `scaleX(${(1 - decibels / Quietest).toFixed(3)})`;
            bar.setAttribute('aria-valuenow', Math.round(decibels));
            element.classList.toggle('muted', isMuted);
        },
    };
}
