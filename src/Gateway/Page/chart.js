// The running cost of both methods by turn, and how many times as much one is of the other.

import { svg } from './dom.js';
import { multiple, shortUsd, tickUsd } from './format.js';

const Width = 340;
const Height = 170;
const Plot = { left: 50, right: 252, top: 14, bottom: 146 };
const LabelHeight = 14;

/** Draws the chart into an SVG element. `costs`: `{ turn, oob, asr }` by turn, cumulative; `factor`: the multiple at the end. */
export function drawCosts(target, costs, factor) {
    target.setAttribute('viewBox', `0 0 ${Width} ${Height}`);
    target.setAttribute('role', 'img');
    if (costs.length === 0) {
        target.setAttribute('aria-label', 'Cost by turn: no turn yet');
        target.replaceChildren(axis(niceTop(0.01), 0), text('note', (Plot.left + Plot.right) / 2, 84, 'No turn yet', 'middle'));
        return;
    }
    const last = costs.at(-1);
    target.setAttribute(
        'aria-label',
        `Cost after ${costs.length} turns: the model's transcripts ${shortUsd(last.oob)}, ` +
            `built-in transcripts ${shortUsd(last.asr)}, ${multiple(factor)} as much`,
    );
    const top = niceTop(Math.max(last.oob, last.asr, 0.000001));
    const x = index => Plot.left + ((Plot.right - Plot.left) * (index + 1)) / costs.length;
    const y = value => Plot.bottom - ((Plot.bottom - Plot.top) * value) / top;
    const line = key =>
        `M${Plot.left} ${Plot.bottom}${costs.map((cost, index) => `L${x(index).toFixed(1)} ${y(cost[key]).toFixed(1)}`).join('')}`;
    const dots = key =>
        costs.length > 40 ? [dot(key, x(costs.length - 1), y(last[key]))] : costs.map((cost, index) => dot(key, x(index), y(cost[key])));

    target.replaceChildren(
        axis(top, costs.length),
        svg('path', { class: 'area', d: `${line('oob')}L${Plot.right} ${Plot.bottom}Z` }),
        svg('path', { class: 'line asr', d: line('asr') }),
        ...dots('asr'),
        svg('path', { class: 'line oob', d: line('oob') }),
        ...dots('oob'),
        ...ends(last, y, factor),
    );
}

function ends(last, y, factor) {
    const oob = y(last.oob);
    const asr = y(last.asr);
    const upper = Math.min(oob, asr);
    const lower = Math.max(oob, asr);
    const edge = Plot.right + 10;
    // Two lines each and the multiple between them: they must not lie on each other, nor outside the plot.
    const upperLabel = Math.max(Plot.top, Math.min(upper, Plot.bottom - 7 * LabelHeight));
    const lowerLabel = Math.min(Plot.bottom - LabelHeight, Math.max(lower, upperLabel + 5.5 * LabelHeight));
    const [oobAt, asrAt] = oob <= asr ? [upperLabel, lowerLabel] : [lowerLabel, upperLabel];
    const label = (kind, y, name, value) => [
        text(`end ${kind}`, edge + 8, y, name),
        text(`end ${kind}`, edge + 8, y + LabelHeight, shortUsd(value)),
    ];
    return [
        svg('path', { class: 'bracket', d: `M${edge - 4} ${upper}h4V${lower}h-4` }),
        ...label('oob', oobAt, 'model', last.oob),
        text('multiple', edge + 8, (upperLabel + lowerLabel) / 2 + LabelHeight + 2, multiple(factor)),
        ...label('asr', asrAt, 'ASR', last.asr),
    ];
}

function axis(top, turns) {
    const lines = [0, 0.5, 1].map(share => {
        const y = Plot.bottom - (Plot.bottom - Plot.top) * share;
        return svg(
            'g',
            {},
            svg('path', { class: 'grid', d: `M${Plot.left} ${y}H${Plot.right}` }),
            text('tick', Plot.left - 6, y + 3.5, tickUsd(top * share), 'end'),
        );
    });
    if (turns > 0) lines.push(text('tick', Plot.right, Plot.bottom + 15, `turn ${turns}`, 'end'));
    lines.push(text('tick', Plot.left, Plot.bottom + 15, '0'));
    return svg('g', { 'aria-hidden': 'true' }, ...lines);
}

function dot(key, x, y) {
    return svg('circle', { class: `dot ${key}`, cx: x.toFixed(1), cy: y.toFixed(1), r: 2.4 });
}

function text(kind, x, y, words, anchor = 'start') {
    return svg('text', { class: kind, x, y, 'text-anchor': anchor }, words);
}

/** The next round figure above: 1, 2, 2.5 or 5 times a power of ten. */
function niceTop(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= value);
}
