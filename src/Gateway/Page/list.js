// The list of live and recorded calls, kept current by asking; its entries are kept and changed, not drawn anew.

import { listCalls } from './api.js';
import { el } from './dom.js';
import { moment, shortId, usd } from './format.js';

const EveryMs = 2_000;
const Limit = 200;
const Sources = { browser: 'Browser', telephone: 'Telephone', file: 'File', mic: 'Microphone' };

/** Keeps both lists current. `onState`: whether the server answers. */
export class CallList {
    #onState;
    #entries = new Map();
    #calls = new Map();
    #selected = null;
    #timer = null;

    constructor(onState) {
        this.#onState = onState;
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) this.refresh();
        });
        this.refresh();
    }

    /** Marks a call as the one shown. */
    select(id) {
        this.#selected = id;
        for (const [entryId, entry] of this.#entries) mark(entry, entryId === id);
    }

    /** Asks now, and then again and again while the page is seen. */
    async refresh() {
        clearTimeout(this.#timer);
        this.#timer = null;
        try {
            this.#show(await listCalls(Limit));
            this.#onState('ready');
        } catch (error) {
            const isLocked = error.status === 401;
            this.#onState(isLocked ? 'locked' : 'away');
            if (isLocked) return; // the person gave no token: they are asked again when they come back to the page
        }
        if (!document.hidden && this.#timer === null) this.#timer = setTimeout(() => this.refresh(), EveryMs);
    }

    #show(calls) {
        this.#calls = new Map(calls.map(call => [call.id, call]));
        for (const state of ['live', 'ended']) {
            const list = document.getElementById(state);
            const ids = calls.filter(call => (call.state === 'live') === (state === 'live')).map(call => call.id);
            let place = null;
            for (const id of ids) {
                const entry = this.#entry(id);
                fill(entry, this.#calls.get(id));
                const expected = place === null ? list.firstElementChild : place.nextElementSibling;
                if (expected !== entry) list.insertBefore(entry, expected);
                place = entry;
            }
            while (place === null ? list.firstElementChild : place.nextElementSibling) {
                (place === null ? list.firstElementChild : place.nextElementSibling).remove();
            }
            document.getElementById(`${state}-count`).textContent = String(ids.length);
            document.getElementById(`${state}-empty`).hidden = ids.length > 0;
        }
        for (const id of this.#entries.keys()) if (!this.#calls.has(id)) this.#entries.delete(id);
    }

    #entry(id) {
        let entry = this.#entries.get(id);
        if (entry === undefined) {
            entry = el(
                'li',
                { 'data-call': id },
                el(
                    'a',
                    { href: `#/calls/${encodeURIComponent(id)}` },
                    el('span', { class: 'source' }),
                    el('span', { class: 'cost' }),
                    el('span', { class: 'when' }),
                    el('span', { class: 'turn-count' }),
                ),
            );
            mark(entry, id === this.#selected);
            this.#entries.set(id, entry);
        }
        return entry;
    }
}

function fill(entry, call) {
    const set = (kind, text) => {
        const part = entry.querySelector(`.${kind}`);
        if (part.textContent !== text) part.textContent = text;
    };
    entry.dataset.state = call.state;
    set('source', sourceName(call.source));
    set('cost', usd(call.total_usd));
    set('when', [moment(call.started_at), shortId(call.id), call.node].filter(Boolean).join(' · '));
    const turns = `${call.turns ?? 0} ${call.turns === 1 ? 'turn' : 'turns'}`;
    set('turn-count', call.state === 'lost' ? `lost after ${turns}` : turns);
}

/** A source as people call it. */
export function sourceName(source) {
    return Sources[source] ?? source ?? 'Call';
}

function mark(entry, isSelected) {
    if (isSelected) entry.firstElementChild.setAttribute('aria-current', 'page');
    else entry.firstElementChild.removeAttribute('aria-current');
}
