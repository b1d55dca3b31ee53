// One call: its head, its conversation and what stands beside, live from the stream of records or recorded from its folder.

import { endCall, readCall } from './api.js';
import { ConversationView, spokenTurn } from './conversation.js';
import { el } from './dom.js';
import { followRecords } from './events.js';
import { isNumber, moment } from './format.js';
import { sourceName } from './list.js';
import { CallRecords } from './records.js';
import { loadRecording, Player } from './recording.js';
import { SideView } from './side.js';

// The voice of a turn's answer begins at most this much before the end that the server gives the turn.
const SlackMs = 300;
// A call is asked for until it is over, for half a minute at most.
const EndAttempts = 60;
const EndWaitMs = 500;

/** Shows a call until `close`. `own`: the `BrowserCall` if it is this browser's, or null. */
export class CallView {
    #root;
    #id;
    #records = new CallRecords();
    #abort = new AbortController();
    #recording = null;
    #player = null;
    #own;
    #conversation;
    #side;
    #head = el('header', { class: 'head' });
    #playerPlace = el('div', { class: 'player-place' });
    #announcer = document.getElementById('announcer');
    #call = null;

    constructor(root, id, own) {
        this.#root = root;
        this.#id = id;
        this.#own = own;
        const conversation = el('section', { class: 'conversation', 'aria-label': 'Conversation', tabindex: 0 });
        const side = el('aside', { class: 'side', 'aria-label': 'Figures of the call', tabindex: 0 });
        root.dataset.call = id;
        root.dataset.loaded = 'false';
        root.replaceChildren(this.#head, this.#playerPlace, el('div', { class: 'columns' }, conversation, side));
        this.#conversation = new ConversationView(conversation, {
            onPlay: turn => this.#player?.playTurn(turn),
            voiceAfter: entry => this.#voiceAfter(entry),
        });
        this.#side = new SideView(side, this.#records);
        this.#drawHead();
        this.#open();
    }

    /** Stops following and gives everything back. */
    close() {
        this.#abort.abort();
        this.#player?.close();
    }

    async #open() {
        try {
            this.#call = await readCall(this.#id);
        } catch (error) {
            if (this.#abort.signal.aborted) return;
            this.#root.dataset.loaded = 'failed';
            this.#root.replaceChildren(
                el('div', { class: 'welcome' }, el('h1', {}, 'This call cannot be shown'), el('p', {}, error.message)),
            );
            return;
        }
        if (this.#abort.signal.aborted) return;
        this.#drawHead();
        if (this.#call.state === 'live') await this.#follow();
        else this.#showRecorded();
        if (!this.#abort.signal.aborted) await this.#offerRecording();
    }

    async #follow() {
        // What was said before is shown, not read out.
        let isOld = this.#call.records?.length ?? 0;
        await followRecords(this.#id, {
            signal: this.#abort.signal,
            onRecord: record => {
                this.#add(record);
                if (isOld-- <= 0) this.#announce(record);
            },
            onState: state => {
                this.#root.dataset.loaded = 'true';
                this.#side.setStream(state);
            },
        });
        if (!this.#abort.signal.aborted) await this.#awaitEnd();
    }

    /** After the summary the folder is still being finished: its recording is whole once the call is over. */
    async #awaitEnd() {
        for (let attempt = 0; attempt < EndAttempts && !this.#abort.signal.aborted; attempt++) {
            const call = await readCall(this.#id).catch(() => null);
            if (call === null || call.state === 'live') {
                await new Promise(resolve => setTimeout(resolve, EndWaitMs));
                continue;
            }
            // If the stream was lost around the end, the folder has what is missing; records that came already change nothing.
            if (this.#records.summary === null) for (const record of call.records ?? []) this.#add(record);
            return;
        }
    }

    #showRecorded() {
        this.#conversation.follow(false);
        for (const record of this.#call.records ?? []) this.#add(record);
        this.#side.setStream('recorded');
        this.#root.dataset.loaded = 'true';
    }

    async #offerRecording() {
        this.#recording = await loadRecording(this.#id, this.#call.source === 'file', this.#abort.signal);
        if (this.#recording === null || this.#abort.signal.aborted) return;
        for (const entry of this.#records.joined) this.#recording.place(entry.record);
        this.#player = new Player(this.#recording, turn => this.#conversation.playing(turn));
        this.#playerPlace.replaceChildren(this.#player.element);
        this.#root.classList.add('is-playable');
        for (const entry of this.#records.joined) this.#conversation.update(entry);
    }

    #add(record) {
        const change = this.#records.add(record);
        if (change.part === 'turn') this.#conversation.update(this.#records.turns.get(change.turn));
        if (change.part === 'session' || change.part === 'summary') this.#drawHead();
        this.#side.refresh();
    }

    #announce(record) {
        const text = record.type === 'turn' ? spokenTurn(record) : record.type === 'assistant' ? `Assistant: ${record.text}` : null;
        if (text !== null) this.#announcer.textContent = text;
    }

    #voiceAfter({ record, answers }) {
        const began = Math.min(...[...answers.values()].map(answer => answer.started_ms).filter(isNumber));
        if (isNumber(record.ended_ms) && isNumber(began)) return Math.max(0, began - record.ended_ms);
        if (this.#recording !== null) return this.#recording.voiceAfter(record.turn);
        const commit = record.audio_end_ms;
        if (typeof commit !== 'number') return null;
        const voice = this.#own?.voices.find(ms => ms >= commit - SlackMs);
        return voice === undefined ? null : Math.max(0, voice - commit);
    }

    #drawHead() {
        const call = this.#call;
        const { session, summary } = this.#records;
        const isLive = call?.state === 'live' && summary === null;
        const title = call === null ? 'Call' : `${sourceName(call.source)} call`;
        document.title = `${title} · RealtimeAkka`;
        const end =
            isLive &&
            !this.#own?.isOpen &&
            el('button', { type: 'button', class: 'danger', id: 'end-call', click: event => this.#end(event.target) }, 'End');
        this.#root.dataset.state = call === null ? '' : isLive ? 'live' : 'ended';
        this.#head.replaceChildren(
            el('a', { class: 'back', href: '#/', 'aria-label': 'All calls' }, '←'),
            el(
                'div',
                {},
                el(
                    'h1',
                    {},
                    title,
                    call && el('span', { class: `badge ${isLive ? 'live' : ''}` }, isLive ? 'live' : (summary?.exit ?? (call.state === 'lost' ? 'lost' : 'recorded'))),
                ),
                el(
                    'p',
                    {},
                    [moment(session?.started_at ?? call?.started_at), call?.source === 'file' && session?.input, this.#id, call?.node]
                        .filter(Boolean)
                        .join(' · '),
                ),
            ),
            ...[end].filter(Boolean),
        );
    }

    async #end(button) {
        button.disabled = true;
        button.textContent = 'Ending';
        try {
            await endCall(this.#id);
        } catch {
            button.disabled = false;
            button.textContent = 'End';
        }
    }
}
