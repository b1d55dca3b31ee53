// Elements by DOM calls alone: words of a call become text nodes, never markup.

const SvgNamespace = 'http://www.w3.org/2000/svg';

function build(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === 'function') node.addEventListener(name, value);
        else node.setAttribute(name, value === true ? '' : String(value));
    }
    node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
    return node;
}

/** An HTML element. A function as attribute is a listener; null and false are left out. */
export function el(name, attributes, ...children) {
    return build(document.createElement(name), attributes, children);
}

/** An SVG element, with the same rules. */
export function svg(name, attributes, ...children) {
    return build(document.createElementNS(SvgNamespace, name), attributes, children);
}

/** Text for screen readers only. */
export function unseen(text) {
    return el('span', { class: 'unseen' }, text);
}

/** Runs `draw` once in the next frame, however often it is asked for. */
export function oncePerFrame(draw) {
    let isAsked = false;
    return () => {
        if (isAsked) return;
        isAsked = true;
        requestAnimationFrame(() => {
            isAsked = false;
            draw();
        });
    };
}
