// What the records of a call say, joined by turn number and id. No elements here.

import { isNumber } from './format.js';

// Shown at most; a call with more shows its newest.
const MaxNotices = 200;
const MaxTasks = 200;

/** The state of one call, record by record. */
export class CallRecords {
    constructor() {
        this.session = null;
        this.summary = null;
        this.turns = new Map();
        this.notices = [];
        this.tasks = new Map();
        this.connection = 'open';
        this.budget = null;
    }

    /** Adds a record; returns what changed: `{ part, turn? }`. */
    add(record) {
        switch (record.type) {
            case 'session':
                this.session = record;
                return { part: 'session' };
            case 'turn':
            case 'turn.amended':
                return this.#inTurn(record.turn, entry => {
                    entry.record = record;
                    entry.isAmended ||= record.type === 'turn.amended';
                });
            case 'assistant':
                return this.#inTurn(record.turn ?? this.#lastTurn(), entry => entry.answers.set(record.response_id, record));
            case 'tool':
                return this.#inTurn(record.turn ?? this.#lastTurn(), entry => entry.tools.set(record.id, record));
            case 'hearing':
                return this.#inTurn(record.turn, entry => {
                    entry.hearings.set([record.source, record.kind, record.oob, record.asr].join(' '), record);
                });
            case 'task':
                this.tasks.set(record.id ?? `${record.task}-${record.turn}`, record);
                if (this.tasks.size > MaxTasks) this.tasks.delete(this.tasks.keys().next().value);
                return { part: 'task' };
            case 'notice':
                return this.#notice(record);
            case 'summary':
                this.summary = record;
                return { part: 'summary' };
            default:
                return { part: 'other' };
        }
    }

    /** The turns' transcripts in order. */
    get joined() {
        return [...this.turns.values()].filter(entry => entry.record !== null).sort((a, b) => a.number - b.number);
    }

    /** Cost of both methods after each turn: `{ turn, oob, asr }`, sums of what is priced. */
    get costs() {
        let oob = 0;
        let asr = 0;
        return this.joined.map(({ number, record }) => {
            oob += record.oob?.cost_usd ?? 0;
            asr += record.asr?.cost_usd ?? 0;
            return { turn: number, oob, asr };
        });
    }

    /** The totals: those of the summary, until then sums of what has arrived. */
    get totals() {
        const last = this.costs.at(-1) ?? { oob: 0, asr: 0 };
        const summary = this.summary;
        const answers = [...this.turns.values()].flatMap(entry => [...entry.answers.values()]);
        const conversation = summary ? summary.conversation?.usd : sum(answers.map(answer => answer.cost_usd));
        const tasks = summary ? summary.tasks?.usd : sum([...this.tasks.values()].map(task => task.cost_usd));
        const oob = summary ? summary.oob?.usd : last.oob;
        const asr = summary ? summary.asr?.usd : last.asr;
        return {
            oob,
            asr,
            conversation,
            tasks,
            total: summary ? summary.total_usd : sum([oob, asr, conversation, tasks].map(part => part ?? 0)),
            multiple: summary ? summary.oob_to_asr : last.asr > 0 ? last.oob / last.asr : null,
            unpriced: summary?.unpriced ?? [],
        };
    }

    /** Figures over all turns: medians of both latencies, turns in which the transcripts agree. */
    get figures() {
        const records = this.joined.map(entry => entry.record);
        const compared = records.filter(record => isNumber(record.agreement?.wer));
        return {
            turns: records.length,
            oobLatency: median(records.map(record => record.oob?.latency_ms)),
            asrLatency: median(records.map(record => record.asr?.latency_ms)),
            compared: compared.length,
            agreed: compared.filter(record => record.agreement.wer === 0).length,
            verdicts: ['agreed', 'minor', 'conflict', 'suspect']
                .map(verdict => [verdict, records.filter(record => record.verdict === verdict).length])
                .filter(([, turns]) => turns > 0),
            flagged: records.filter(record => record.flags?.length > 0).length,
        };
    }

    #inTurn(number, change) {
        let entry = this.turns.get(number);
        if (entry === undefined) {
            entry = { number, record: null, isAmended: false, answers: new Map(), tools: new Map(), hearings: new Map() };
            this.turns.set(number, entry);
        }
        change(entry);
        return { part: 'turn', turn: number };
    }

    // An answer that names no turn belongs to no user item: it stands where the conversation is.
    #lastTurn() {
        return Math.max(0, ...this.turns.keys());
    }

    #notice(record) {
        this.notices.push(record);
        if (this.notices.length > MaxNotices) this.notices.shift();
        if (record.code === 'disconnected') this.connection = 'lost';
        if (record.code === 'reconnected') this.connection = 'open';
        if (record.code === 'budget_tight' || record.code === 'budget_spent') this.budget = record;
        return { part: 'notice' };
    }
}

/**
 * Where a turn begins on the clock of the recording, in ms; null where the record does not say it. A file may pause between the padding
 * of a turn and its speech: then its length before its end is nearer.
 */
export function startedAt(record) {
    const { started_ms: started, ended_ms: ended, audio_start_ms: from, audio_end_ms: to } = record;
    if (!isNumber(started)) return null;
    return isNumber(ended) && isNumber(from) && isNumber(to) ? Math.max(started, ended - (to - from)) : started;
}

/** Why a transcript has no words, in angle brackets as on a terminal. */
export function statusText(transcript) {
    if (!transcript) return '<not recorded>';
    switch (transcript.status) {
        case 'completed':
            return '';
        case 'timed_out':
            return '<timed out>';
        case 'disabled':
            return `<not asked${transcript.error ? `: ${transcript.error}` : ''}>`;
        default:
            return `<${transcript.status}${transcript.error ? `: ${transcript.error}` : ''}>`;
    }
}

function sum(values) {
    return values.some(value => value === null) ? null : values.reduce((total, value) => total + (value ?? 0), 0);
}

function median(values) {
    const sorted = values.filter(isNumber).sort((a, b) => a - b);
    return sorted.length === 0 ? null : sorted[Math.floor((sorted.length - 1) / 2)];
}
