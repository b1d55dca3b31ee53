// The server's HTTP interface.

import { askForToken, token } from './token.js';

/** An answer that is no success, with the server's own words where it gave a problem (RFC 9457). */
export class ApiError extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

/** Calls of a state, newest first. */
export async function listCalls(limit) {
    return (await json(`api/calls?limit=${limit}`)).calls ?? [];
}

/** A call with its records so far. */
export function readCall(id) {
    return json(`api/calls/${encodeURIComponent(id)}`);
}

/** Starts a call with a recorded input; returns its id. */
export async function startCall(input, pace) {
    const body = JSON.stringify({ input, pace });
    return (await json('api/calls', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).id;
}

/** Ends a call in good order. */
export async function endCall(id) {
    await request(`api/calls/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** The response of a path, whose body may be read as a stream. Asks for a token where the server wants one. */
export async function request(path, options = {}) {
    for (let attempt = 0; ; attempt++) {
        const headers = new Headers(options.headers);
        if (token()) headers.set('Authorization', `Bearer ${token()}`);
        const response = await fetch(path, { ...options, headers, cache: 'no-store' });
        if (response.ok) return response;
        const isRefused = response.status === 401;
        if (!isRefused || attempt >= 3 || !(await askForToken(attempt > 0))) throw new ApiError(response.status, await reason(response));
    }
}

/** The address of a WebSocket on this server. Headers cannot be set on it, so the token is a parameter. */
export function socketAddress(path) {
    const address = new URL(path, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    if (token()) address.searchParams.set('token', token());
    return address.href;
}

async function json(path, options) {
    return (await request(path, options)).json();
}

async function reason(response) {
    try {
        const problem = await response.json();
        return problem.detail ?? problem.title ?? `The server answered ${response.status}.`;
    } catch {
        return `The server answered ${response.status}.`;
    }
}
