// Puts the page together: which call is shown, and this browser's own call.

import { startCall } from './api.js';
import { BrowserCall, CallState } from './call.js';
import { CallView } from './callview.js';
import { el } from './dom.js';
import { CallList } from './list.js';
import { PhoneView } from './phone.js';
import { prepareTheme } from './theme.js';
import { prepareTokenDialog, takeTokenFromAddress } from './token.js';

const ServerWords = {
    ready: 'Server ready',
    away: 'The server does not answer',
    locked: 'The server needs a token',
};

const app = document.getElementById('app');
const content = document.getElementById('content');
const server = document.getElementById('server');
const startButton = document.getElementById('start');
const trouble = document.getElementById('start-trouble');
let view = null;
let viewed = null;
let ownCall = null;

prepareTheme();
prepareTokenDialog();
takeTokenFromAddress();

const list = new CallList(state => {
    if (server.dataset.state === state) return;
    server.dataset.state = state;
    server.textContent = ServerWords[state];
});

addEventListener('hashchange', route);
addEventListener('pagehide', () => ownCall?.leave());
startButton.addEventListener('click', callFromHere);
document.getElementById('sample').addEventListener('click', playSample);
route();

function route() {
    takeTokenFromAddress();
    const id = /^#\/calls\/([^/?]+)$/.exec(location.hash)?.[1];
    show(id === undefined ? null : decode(id));
}

function show(id) {
    if (view !== null && viewed === id) return;
    view?.close();
    view = null;
    viewed = id;
    list.select(id);
    app.dataset.view = id === null ? 'list' : 'call';
    content.classList.remove('is-playable');
    if (id !== null) view = new CallView(content, id, ownCall?.id === id ? ownCall : null);
    else showWelcome();
}

function showWelcome() {
    document.title = 'RealtimeAkka';
    delete content.dataset.call;
    delete content.dataset.state;
    content.replaceChildren(
        el(
            'div',
            { class: 'welcome' },
            el('h1', {}, 'Two transcripts of every turn'),
            el(
                'p',
                {},
                'Start a call from this browser, or play the sample call. Each turn shows what the Realtime model heard and what ' +
                    'the built-in transcription heard, where they differ, how long each took and what it cost.',
            ),
            el('p', {}, 'Choose a call from the list to see it as it comes, or to read and play what was recorded.'),
        ),
    );
}

async function callFromHere() {
    if (ownCall?.isOpen) return go(ownCall.id);
    const call = new BrowserCall();
    ownCall = call;
    trouble.hidden = true;
    new PhoneView(document.getElementById('phone'), call);
    call.addEventListener('change', () => {
        startButton.disabled = call.isOpen;
        if (call.state === CallState.Live) go(call.id);
        list.refresh();
    });
    startButton.disabled = true;
    await call.start();
}

async function playSample(event) {
    const button = event.currentTarget;
    button.disabled = true;
    trouble.hidden = true;
    try {
        const id = await startCall('sample', 'realtime');
        list.refresh();
        go(id);
    } catch (error) {
        trouble.textContent = error.message;
        trouble.hidden = false;
    } finally {
        button.disabled = false;
    }
}

function go(id) {
    if (id) location.hash = `#/calls/${encodeURIComponent(id)}`;
}

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
