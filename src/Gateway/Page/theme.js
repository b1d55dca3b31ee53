// Light, dark, or as the system has it; remembered by the browser.

const Key = 'realtime-akka.theme';

/** Connects the switch and applies what was chosen before. */
export function prepareTheme() {
    const buttons = [...document.querySelectorAll('#theme button')];
    for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.theme));
    choose(localStorage.getItem(Key) ?? 'auto');

    function choose(theme) {
        const known = buttons.some(button => button.dataset.theme === theme) ? theme : 'auto';
        localStorage.setItem(Key, known);
        document.documentElement.dataset.theme = known;
        for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.theme === known));
    }
}
