// Figures as people read them. The records have points and seconds in every language, and so does the page.

/** US dollars with six decimal places, as in the records; a missing price is a dash, never 0. */
export function usd(value) {
    return isNumber(value) ? `$${value.toFixed(6)}` : '–';
}

/** US dollars with as many places as the amount needs, for axes and titles. */
export function shortUsd(value) {
    if (!isNumber(value)) return '–';
    return `$${value.toFixed(value === 0 ? 0 : value < 0.001 ? 5 : value < 0.1 ? 4 : 2)}`;
}

/** A round amount on an axis. */
export function tickUsd(value) {
    return `$${Number(value.toPrecision(3))}`;
}

/** Milliseconds below one second, seconds above. */
export function duration(ms) {
    if (!isNumber(ms)) return '–';
    return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** A position in a call: minutes, seconds, tenths. */
export function position(ms) {
    if (!isNumber(ms)) return '–';
    const tenths = Math.floor(ms / 100);
    return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** How many times as much. */
export function multiple(value) {
    return isNumber(value) ? `${value.toFixed(value < 10 ? 2 : 1)}×` : '–';
}

/** Local date and time of an RFC 3339 text. */
export function moment(text) {
    const at = new Date(text ?? '');
    if (Number.isNaN(at.getTime())) return '';
    const two = n => String(n).padStart(2, '0');
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
    return at.toDateString() === new Date().toDateString() ? `today ${time}` : `${day} ${time}`;
}

/** The end of a session id, which differs between calls; the whole of a short one. */
export function shortId(id) {
    return id.length > 12 ? id.slice(-8) : id;
}

/** Whether a value is a finite number. */
export function isNumber(value) {
    return typeof value === 'number' && Number.isFinite(value);
}
