// Beside the conversation: money, figures, connection, tasks, notices.

import { drawCosts } from './chart.js';
import { el, oncePerFrame, svg } from './dom.js';
import { duration, isNumber, multiple, usd } from './format.js';
import { statusText } from './records.js';

const Streams = {
    open: 'following',
    lost: 'stream lost, trying again',
    ended: 'complete',
    gone: 'not available',
    recorded: 'recorded',
};

/** Shows what a call costs and how it fares; `refresh` after any record. */
export class SideView {
    #records;
    #stream = 'recorded';
    #chart = svg('svg', { class: 'chart' });
    #costs = el('tbody');
    #note = el('p', { class: 'note' });
    #figures = el('dl', { class: 'facts' });
    #budget = el('div', { class: 'budget' });
    #tasks = el('ul', { class: 'tasks' });
    #notices = el('ol', { class: 'notices' });
    #tasksCard;
    #shownNotices = 0;

    constructor(root, records) {
        this.#records = records;
        this.#tasksCard = card('Tasks', this.#tasks);
        root.replaceChildren(
            card(
                'Cost',
                this.#chart,
                el(
                    'table',
                    { class: 'costs' },
                    el('caption', { class: 'unseen' }, 'Cost in US dollars'),
                    el(
                        'thead',
                        { class: 'unseen' },
                        el('tr', {}, el('th', {}, 'Purpose'), el('th', {}, 'Total'), el('th', {}, 'Per turn')),
                    ),
                    this.#costs,
                ),
                this.#note,
            ),
            card('Budget', this.#budget),
            card('Call', this.#figures),
            this.#tasksCard,
            card('Notices', this.#notices),
        );
        this.refresh = oncePerFrame(() => this.#draw());
        this.refresh();
    }

    /** The state of the stream of records: `open`, `lost`, `ended`, `gone`, `recorded`. */
    setStream(state) {
        this.#stream = state;
        this.refresh();
    }

    #draw() {
        const { totals, figures, costs, summary } = this.#records;
        drawCosts(this.#chart, costs, totals.multiple);
        const row = (kind, label, value, isTotal) =>
            el(
                'tr',
                { class: isTotal ? 'total' : null },
                el('th', { scope: 'row' }, label),
                el('td', { 'data-cost': kind }, usd(value)),
                el('td', {}, figures.turns > 0 && value > 0 && !isTotal ? `${usd(value / figures.turns)} a turn` : ''),
            );
        this.#costs.replaceChildren(
            row('oob', "Model's transcripts", totals.oob),
            row('asr', 'Built-in transcripts', totals.asr),
            row('conversation', 'Conversation', totals.conversation),
            row('tasks', 'Tasks', totals.tasks),
            row('total', 'Total', totals.total, true),
        );
        this.#chart.dataset.multiple = multiple(totals.multiple);
        this.#note.textContent = note(totals, summary);
        this.#note.hidden = this.#note.textContent === '';
        this.#drawBudget();
        this.#drawFigures(figures);
        this.#tasksCard.hidden = this.#records.tasks.size === 0;
        this.#tasks.replaceChildren(...[...this.#records.tasks.values()].reverse().slice(0, 20).map(task));
        this.#drawNotices();
    }

    #drawBudget() {
        const notice = this.#records.budget;
        this.#budget.replaceChildren(el('p', { class: notice ? 'warning' : null }, notice?.message ?? 'No threshold reached.'));
    }

    #drawFigures(figures) {
        const { session, summary, connection } = this.#records;
        const isOver = summary !== null || this.#stream === 'recorded';
        const entries = [
            ['Turns', String(figures.turns)],
            ['Agreed', figures.compared > 0 ? `${figures.agreed} of ${figures.compared} compared` : '–'],
            ['Verdicts', figures.verdicts.map(([verdict, turns]) => `${turns} ${verdict}`).join(' · ')],
            ['Flagged', String(figures.flagged)],
            ['Median latency', `model ${duration(figures.oobLatency)} · ASR ${duration(figures.asrLatency)}`],
            ['Model', session?.model],
            ['ASR model', session?.asr_model ?? this.#records.joined.at(-1)?.record.asr?.model],
            ['Context', session?.context ?? this.#records.joined.at(-1)?.record.oob?.context],
            [
                'Model connection',
                isOver ? summary && `closed, ${summary.reconnects} reconnects` : connection === 'lost' ? 'lost, reconnecting' : 'open',
            ],
            ['Records', Streams[this.#stream]],
            ['Sound', summary && `sent ${duration(summary.audio?.sent_ms)} · played ${duration(summary.audio?.played_ms)}`],
            ['Lost sound', summary?.audio?.dropped_ms > 0 ? duration(summary.audio.dropped_ms) : null],
            ['Ended', summary?.exit],
        ];
        this.#figures.dataset.stream = this.#stream;
        this.#figures.replaceChildren(
            ...entries.filter(([, value]) => value).map(([label, value]) => el('div', {}, el('dt', {}, label), el('dd', {}, value))),
        );
    }

    #drawNotices() {
        const { notices } = this.#records;
        if (notices.length === 0) this.#notices.replaceChildren(el('li', { class: 'empty' }, 'None.'));
        else if (notices.length !== this.#shownNotices || notices.length >= 200) {
            this.#notices.replaceChildren(
                ...notices
                    .toReversed()
                    .map(notice =>
                        el(
                            'li',
                            { class: notice.level },
                            el('b', {}, String(notice.code).replaceAll('_', ' ')),
                            ` ${notice.message ?? ''}`,
                        ),
                    ),
            );
        }
        this.#shownNotices = notices.length;
    }
}

function card(title, ...content) {
    return el('section', { class: 'card' }, el('h2', {}, title), ...content);
}

function note(totals, summary) {
    const notes = [];
    if (totals.unpriced.length > 0) notes.push(`No price for ${totals.unpriced.join(', ')}.`);
    if (isNumber(summary?.oob_usd_if_audio_billed))
        notes.push(`With its audio billed the model's would be about ${usd(summary.oob_usd_if_audio_billed)}.`);
    return notes.join(' ');
}

function task(record) {
    return el(
        'li',
        {},
        el('b', {}, record.task),
        el('span', { class: 'at' }, ` turn ${record.turn}`),
        el('p', { dir: 'auto' }, record.status === 'completed' ? words(record) : statusText(record)),
    );
}

function words(record) {
    if (typeof record.value?.summary === 'string') return record.value.summary;
    if (Array.isArray(record.value?.fields))
        return record.value.fields.map(field => `${field.name}: ${field.value ?? field.status}`).join(' · ');
    return record.value === null || record.value === undefined ? (record.text ?? '') : JSON.stringify(record.value);
}
