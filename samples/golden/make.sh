#!/bin/sh
# Makes calls.wav, the sound of this golden set: 15 turns in three languages by synthetic voices, 24 kHz mono PCM16.
# Needs espeak-ng and sox. The pauses end a turn at 500 ms of silence; golden.jsonl says what is said.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

turn=0
files=
say() { # language, words, level of added noise (none: 0)
    turn=$((turn + 1))
    espeak-ng -v "$1" -s 205 -g 0 -a 120 -w "$work/said.wav" "$2"
    # Trim espeak's own silence at both ends, so that the pauses are ours.
    sox -D "$work/said.wav" -r 24000 -c 1 -b 16 "$work/voice.wav" \
        silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse norm -6
    if [ "${3:-0}" != 0 ]; then
        sox -R -D "$work/voice.wav" "$work/noise.wav" synth pinknoise vol "$3"
        sox -D -m "$work/voice.wav" "$work/noise.wav" "$work/mixed.wav"
        mv "$work/mixed.wav" "$work/voice.wav"
    fi
    sox -D "$work/voice.wav" "$work/$turn.wav" pad 0 0.9
    files="$files $work/$turn.wav"
}

noise() { # seconds: nobody speaks
    turn=$((turn + 1))
    sox -R -D -n -r 24000 -c 1 -b 16 "$work/$turn.wav" synth "$1" pinknoise vol 0.25 pad 0 0.9
    files="$files $work/$turn.wav"
}

say en-us "Hello, this is Dana Whitlock."
say en-us "That is W, H, I, T, L, O, C, K."
say en-us "My order number is four one five, seven two nine."
say en-us "Um, I, I paid two hundred and fifty dollars on Monday."
say en-us "Please write to dana dot whitlock at example dot com."
say en-us "It should come on the third of March at ten thirty." 0.3
noise 1.2
say de "Guten Tag, hier spricht Jörg Müller aus Köln."
say de "Meine Kundennummer ist vier sieben eins eins null acht."
say de "Das Paket kam am zwölften Mai um neun Uhr."
say de "Es kostet neunundneunzig Euro."
say es "Hola, me llamo Lucía Fernández, de Sevilla."
say es "Mi teléfono es seis uno dos, tres cuatro cinco, seis siete ocho."
say es "Pagué ciento veinte euros el lunes."
say es "El código es B, K, siete, dos."

# shellcheck disable=SC2086 # a list of paths without blanks
sox -D $files -b 16 "$work/all.wav" pad 0.3 0
mv "$work/all.wav" "$here/calls.wav"
echo "$turn turns, $(sox --info -D "$here/calls.wav") seconds, $(wc -c < "$here/calls.wav") bytes"
