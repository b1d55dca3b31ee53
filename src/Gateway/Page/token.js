// The token of a server outside loopback: from the fragment of the page's address or from the person, kept for this tab only.

const Key = 'realtime-akka.token';

/** The token; null where none is known. */
export function token() {
    return sessionStorage.getItem(Key);
}

function setToken(value) {
    sessionStorage.setItem(Key, value);
}

/** Takes the token out of `#...?token=`, so that it does not stay in the address or the history. */
export function takeTokenFromAddress() {
    const [path, query] = location.hash.split('?', 2);
    if (query === undefined) return;
    const found = new URLSearchParams(query).get('token');
    if (found) setToken(found);
    history.replaceState(null, '', path || '#/');
}

/** Asks for a token; false when the person gives none. `wasRefused`: one was given and is wrong. */
export function askForToken(wasRefused) {
    const dialog = document.getElementById('token-dialog');
    const field = document.getElementById('token-field');
    if (!dialog.open) {
        document.getElementById('token-note').textContent = wasRefused ? 'That token was refused.' : 'It is kept for this tab only.';
        field.value = '';
        dialog.returnValue = '';
        dialog.showModal();
    }
    return new Promise(resolve =>
        dialog.addEventListener(
            'close',
            () => {
                const isGiven = dialog.returnValue === 'use' && field.value.trim() !== '';
                if (isGiven) setToken(field.value.trim());
                resolve(isGiven);
            },
            { once: true },
        ),
    );
}

/** Connects the dialog's buttons. */
export function prepareTokenDialog() {
    const dialog = document.getElementById('token-dialog');
    document.getElementById('token-form').addEventListener('submit', event => {
        event.preventDefault();
        dialog.close('use');
    });
    document.getElementById('token-cancel').addEventListener('click', () => dialog.close(''));
}
