// Plays the call from any turn, and shows some turns only. Without scripts the page shows everything.
'use strict';

const buttons = [...document.querySelectorAll('.filter button')];
const turns = [...document.querySelectorAll('.turn')];
document.querySelector('.filter').hidden = false;
for (const button of buttons) button.addEventListener('click', () => show(button.dataset.show));

function show(which) {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.show === which));
    for (const turn of turns) turn.hidden = which !== 'all' && !(which in turn.dataset);
}

for (const bar of document.querySelectorAll('rect[data-turn]')) bar.addEventListener('click', () => reveal(bar.dataset.turn));

function reveal(number) {
    show('all');
    document.getElementById(`turn-${number}`)?.scrollIntoView({ block: 'center' });
}

// A link of the timeline may lead to a turn that the filter hides.
addEventListener('hashchange', () => {
    const turn = document.getElementById(location.hash.slice(1));
    if (turn?.hidden) show('all');
    turn?.scrollIntoView({ block: 'center' });
});

// Both voices: one sound with two channels, or two files on one clock.
const sounds = [...document.querySelectorAll('audio')];
const player = document.querySelector('.player');
if (player !== null) setUp();

function setUp() {
    const button = player.querySelector('button');
    const range = player.querySelector('input');
    const output = player.querySelector('output');
    const rows = [...document.querySelectorAll('.row-of-time')].map(row => ({
        row,
        from: Number(row.dataset.from),
        to: Number(row.dataset.to),
        x: row.dataset.x.split(' ').map(Number),
        head: row.querySelector('.playhead'),
    }));
    const starts = [...document.querySelectorAll('.play')].map(play => ({ at: Number(play.dataset.play), turn: play.closest('.turn'), play }));
    let isPlaying = false;

    player.hidden = false;
    document.body.classList.add('can-play');
    for (const { play, at } of starts) {
        play.hidden = false;
        play.addEventListener('click', () => playFrom(at));
    }
    for (const { row, from, to, x } of rows) {
        row.addEventListener('click', event => {
            const link = event.target.closest('a');
            if (link !== null) return playFrom(Number(link.dataset.at));
            const box = row.getBoundingClientRect();
            const at = ((event.clientX - box.left) / box.width) * row.viewBox.baseVal.width;
            const share = (at - x[0]) / (x[1] - x[0]);
            if (share >= 0 && share <= 1) seek(from + share * (to - from));
        });
    }
    button.addEventListener('click', () => (isPlaying ? pause() : play()));
    range.addEventListener('input', () => seek(Number(range.value)));
    for (const sound of sounds) {
        sound.addEventListener('loadedmetadata', update);
        sound.addEventListener('durationchange', update);
        sound.addEventListener('seeked', update);
        sound.addEventListener('timeupdate', update);
        sound.addEventListener('error', () => {
            player.hidden = true;
            document.querySelector('.trouble').hidden = false;
        });
        sound.addEventListener('ended', () => {
            if (sounds.every(other => other.ended)) pause();
        });
    }
    update();

    function playFrom(at) {
        seek(at);
        play();
    }

    function play() {
        isPlaying = true;
        for (const sound of sounds) if (!sound.ended || sounds.length === 1) sound.play().catch(pause);
        frame();
        show();
    }

    function pause() {
        isPlaying = false;
        for (const sound of sounds) sound.pause();
        show();
    }

    function show() {
        button.setAttribute('aria-label', isPlaying ? 'Pause' : 'Play');
        button.firstElementChild.textContent = isPlaying ? '\u275a\u275a' : '\u25b6\ufe0e';
        update();
    }

    function seek(at) {
        for (const sound of sounds) sound.currentTime = at;
        update();
    }

    function frame() {
        update();
        if (isPlaying) requestAnimationFrame(frame);
    }

    function update() {
        const length = Math.max(0, ...sounds.map(sound => sound.duration).filter(Number.isFinite));
        const now = Math.max(...sounds.map(sound => sound.currentTime));
        range.max = length.toFixed(1);
        range.value = now.toFixed(1);
        const text = `${time(now)} / ${time(length)}`;
        if (output.textContent !== text) output.textContent = text;
        range.setAttribute('aria-valuetext', text);
        for (const { from, to, x, head } of rows) {
            const isIn = now >= from && now < to && (isPlaying || now > 0);
            head.setAttribute('visibility', isIn ? 'visible' : 'hidden');
            if (isIn) head.setAttribute('transform', `translate(${x[0] + ((now - from) / (to - from)) * (x[1] - x[0])} 0)`);
        }
        const current = isPlaying ? starts.findLast(start => start.at <= now + 0.05) : undefined;
        for (const { turn } of starts) turn.classList.toggle('is-playing', turn === current?.turn);
    }
}

function time(seconds) {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
