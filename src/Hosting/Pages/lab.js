// Which turns are shown, one sound at a time, and from a bar of the plot to its turn. Without scripts the page shows everything.
'use strict';

const buttons = [...document.querySelectorAll('.filter button')];
const turns = [...document.querySelectorAll('.turn')];

for (const button of buttons) button.addEventListener('click', () => show(button.dataset.show));
document.querySelector('.filter').hidden = false;

function show(which) {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.show === which));
    for (const turn of turns) turn.hidden = which !== 'all' && !(which in turn.dataset);
}

for (const bar of document.querySelectorAll('rect[data-turn]')) {
    bar.addEventListener('click', () => {
        show('all');
        document.getElementById(`turn-${bar.dataset.turn}`).scrollIntoView({ block: 'center' });
    });
}

const sounds = [...document.querySelectorAll('audio')];
for (const sound of sounds) {
    sound.addEventListener('play', () => {
        for (const other of sounds) if (other !== sound) other.pause();
    });
}
