// The records of a call as server-sent events. Read with fetch, not with EventSource: the token goes into a header, and the
// waiting time between attempts is ours.

import { ApiError, request } from './api.js';

// A longer line is no record; the stream is opened anew behind it.
const MaxLine = 4 * 1024 * 1024;
const FirstWaitMs = 500;
const MaxWaitMs = 8_000;

/**
 * Passes every record of a call to `onRecord`, in order and once each, until the summary. A lost stream is resumed behind the last
 * record. `onState` is told `open`, `lost`, `ended` or `gone`.
 */
export async function followRecords(id, { signal, onRecord, onState }) {
    let last = 0;
    let wait = FirstWaitMs;
    while (!signal.aborted) {
        try {
            const response = await request(`api/calls/${encodeURIComponent(id)}/events`, {
                signal,
                headers: { Accept: 'text/event-stream', ...(last > 0 ? { 'Last-Event-ID': String(last) } : {}) },
            });
            if (response.status === 204) return onState('ended'); // the call is over and nothing follows
            onState('open');
            wait = FirstWaitMs;
            let isEnded = false;
            await readEvents(response.body, event => {
                const number = Number(event.id);
                if (Number.isInteger(number) && number > 0) {
                    if (number <= last) return;
                    last = number;
                }
                const record = parse(event.data);
                if (record === null) return;
                onRecord(record);
                isEnded ||= record.type === 'summary';
            });
            if (isEnded) return onState('ended');
        } catch (error) {
            if (signal.aborted) return;
            if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return onState('gone');
        }
        onState('lost');
        await pause(wait, signal);
        wait = Math.min(wait * 2, MaxWaitMs);
    }
}

async function readEvents(body, onEvent) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let event = { id: '', data: [] };
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            rest += value;
            const lines = rest.split(/\r\n|\n|\r(?!$)/);
            rest = lines.pop();
            if (rest.length > MaxLine) return;
            lines.forEach(take);
        }
    } finally {
        reader.cancel().catch(() => {});
    }

    function take(line) {
        if (line === '') {
            if (event.data.length > 0) onEvent({ id: event.id, data: event.data.join('\n') });
            event = { id: '', data: [] };
        } else if (line.startsWith('data:')) {
            event.data.push(line.slice(line[5] === ' ' ? 6 : 5));
        } else if (line.startsWith('id:')) {
            event.id = line.slice(3).trim();
        }
    }
}

function parse(text) {
    try {
        const record = JSON.parse(text);
        return typeof record?.type === 'string' ? record : null;
    } catch {
        return null;
    }
}

function pause(ms, signal) {
    return new Promise(resolve => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener(
            'abort',
            () => {
                clearTimeout(timer);
                resolve();
            },
            { once: true },
        );
    });
}
