#!/bin/sh
# Makes intake-call.wav: the caller's side of a short insurance call, six turns, 24 kHz mono PCM16.
# Needs espeak-ng and sox. The pauses leave room for a turn detector with 800 ms of silence and for the answer to begin.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

turn=0
say() {
    turn=$((turn + 1))
    espeak-ng -v en-us -s 200 -g 0 -a 120 -w "$work/said.wav" "$1"
    # Trim espeak's own silence at both ends, so that the pauses are ours.
    sox -D "$work/said.wav" -r 24000 -c 1 -b 16 "$work/$turn.wav" \
        silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse norm -6 pad "$2" "$3"
}

say "Hello there." 0.4 1.3
say "My name is Dana Whitlock. W, H, I, T, L, O, C, K." 0 1.3
say "My policy number is A B C D, one two three four." 0 1.3
say "It was raining last night." 0 1.3
say "A tree fell and broke the window of my garage." 0 1.3
say "No, that is all." 0 2

sox "$work"/1.wav "$work"/2.wav "$work"/3.wav "$work"/4.wav "$work"/5.wav "$work"/6.wav "$here/intake-call.wav"
echo "$(sox --info -D "$here/intake-call.wav") seconds"
