// Which words of two transcripts differ. Words are compared without case and punctuation; scripts that put no spaces between words
// are compared character by character.

// The table has words x words cells; longer transcripts are shown without marks.
const MaxCells = 1_000_000;

const Unspaced =
    '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const InWord = `[[\\p{L}\\p{N}\\p{M}]--[${Unspaced}]]`;
const Word = new RegExp(`[${Unspaced}]\\p{M}*|${InWord}+(?:['’]${InWord}+)*`, 'gv');

/**
 * Both texts in pieces `{ text, differs }`, in order and complete; null where they are too long to compare. `differences` are the
 * record's own, where it has them: then only those are marked.
 */
export function compare(oobText, asrText, differences) {
    const oob = words(oobText);
    const asr = words(asrText);
    const edits = align(oob, asr);
    if (edits === null) return null;
    const marks = Array.isArray(differences) ? chosen(edits, oob, asr, differences) : edits;
    const isMarked = side => new Set(marks.flatMap(edit => edit[side]));
    return { oob: pieces(oobText, oob, isMarked('oob')), asr: pieces(asrText, asr, isMarked('asr')), count: marks.length };
}

function words(text) {
    return [...text.matchAll(Word)].map(match => ({
        from: match.index,
        to: match.index + match[0].length,
        key: match[0].normalize('NFKC').toLowerCase().replaceAll('’', "'"),
    }));
}

/** The edits that turn one list into the other, each with the positions of its words: `{ oob: [i], asr: [j] }`. */
function align(a, b) {
    let start = 0;
    while (start < a.length && start < b.length && a[start].key === b[start].key) start++;
    let end = 0;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end].key === b[b.length - 1 - end].key) end++;
    const rows = a.length - start - end;
    const columns = b.length - start - end;
    if ((rows + 1) * (columns + 1) > MaxCells) return null;

    // cost[i][j]: edits between what follows i and what follows j.
    const width = columns + 1;
    const cost = new Uint32Array((rows + 1) * width);
    for (let i = rows; i >= 0; i--) {
        for (let j = columns; j >= 0; j--) {
            if (i === rows) cost[i * width + j] = columns - j;
            else if (j === columns) cost[i * width + j] = rows - i;
            else if (a[start + i].key === b[start + j].key) cost[i * width + j] = cost[(i + 1) * width + j + 1];
            else cost[i * width + j] = 1 + Math.min(cost[(i + 1) * width + j + 1], cost[(i + 1) * width + j], cost[i * width + j + 1]);
        }
    }

    const edits = [];
    for (let i = 0, j = 0; i < rows || j < columns;) {
        const here = cost[i * width + j];
        if (i < rows && j < columns && a[start + i].key === b[start + j].key && cost[(i + 1) * width + j + 1] === here) {
            i++;
            j++;
        } else if (i < rows && j < columns && cost[(i + 1) * width + j + 1] === here - 1) {
            edits.push({ oob: [start + i++], asr: [start + j++] });
        } else if (i < rows && cost[(i + 1) * width + j] === here - 1) {
            edits.push({ oob: [start + i++], asr: [] });
        } else {
            edits.push({ oob: [], asr: [start + j++] });
        }
    }
    return edits;
}

/** The places of the record's differences: an edit with the same words, otherwise the next place where the words stand. */
function chosen(edits, oob, asr, differences) {
    const marks = [];
    let next = 0;
    const at = { oob: 0, asr: 0 };
    const keyOf = (list, positions) => positions.map(position => list[position].key).join(' ');
    for (const difference of differences) {
        const wanted = { oob: keys(difference.oob), asr: keys(difference.asr) };
        const index = edits.findIndex(
            (edit, position) =>
                position >= next && keyOf(oob, edit.oob) === wanted.oob.join(' ') && keyOf(asr, edit.asr) === wanted.asr.join(' '),
        );
        const mark = index >= 0 ? edits[index] : { oob: find(oob, wanted.oob, at.oob), asr: find(asr, wanted.asr, at.asr) };
        if (index >= 0) next = index + 1;
        for (const side of ['oob', 'asr']) at[side] = Math.max(at[side], ...mark[side].map(position => position + 1));
        marks.push(mark);
    }
    return marks;
}

function keys(text) {
    return typeof text === 'string' ? words(text).map(word => word.key) : [];
}

function find(list, wanted, from) {
    if (wanted.length === 0) return [];
    for (let i = from; i + wanted.length <= list.length; i++) {
        if (wanted.every((key, offset) => list[i + offset].key === key)) return wanted.map((_, offset) => i + offset);
    }
    return [];
}

/** A text cut at its marks; what stands between two marked neighbours is marked too. */
function pieces(text, list, marked) {
    const result = [];
    let done = 0;
    for (let i = 0; i < list.length; i++) {
        if (!marked.has(i)) continue;
        let last = i;
        while (marked.has(last + 1)) last++;
        if (list[i].from > done) result.push({ text: text.slice(done, list[i].from), differs: false });
        result.push({ text: text.slice(list[i].from, list[last].to), differs: true });
        done = list[last].to;
        i = last;
    }
    if (done < text.length) result.push({ text: text.slice(done), differs: false });
    return result;
}
