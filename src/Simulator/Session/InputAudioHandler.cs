using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using RealtimeAkka.Simulator.Audio;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// The input side: the audio buffer, turn detection, commits. Reports each start of speech and each new user item;
/// true means that the server committed it.
/// </summary>
internal sealed class InputAudioHandler
{
    private const int MinimumCommitMs = 100;
    private const int LargestAppend = 15 * 1024 * 1024;

    private readonly SessionContext _session;
    private readonly Action _speechStarted;
    private readonly Action<Item, bool> _committed;
    private readonly List<SpeechEdge> _edges = [];

    private InputAudio _input;
    private TurnDetection? _detection;
    private VoiceActivity? _voice;
    private long _heard;
    private (string ItemId, long From)? _speech;
    private int _turn;
    private int _idleWatch;

    public InputAudioHandler(SessionContext session, Action speechStarted, Action<Item, bool> committed)
    {
        _session = session;
        _speechStarted = speechStarted;
        _committed = committed;
        _turn = session.Script.FirstTurn - 1;
        _input = new InputAudio(session.Config.InputFormat);
        Configured();
    }

    /// <summary>Applies a changed configuration; an unchanged detection or format keeps its state.</summary>
    public void Configured()
    {
        var format = _session.Config.InputFormat;
        if (format == _input.Format && _session.Config.TurnDetection == _detection) return;

        if (format != _input.Format)
        {
            _input = new InputAudio(format, _input.Ms(_input.End));
            _heard = 0;
        }
        _detection = _session.Config.TurnDetection;
        _speech = null;
        _voice = _detection is null ? null
            : new VoiceActivity(format.SampleRate, _detection.Threshold, _detection.SilenceMs, _heard / format.BytesPerSample);
    }

    /// <summary>Decodes one append directly from the receive buffer and processes its speech. Returns the number of audio bytes.</summary>
    public int Append(ReadOnlySpan<byte> base64)
    {
        if (base64.Length > LargestAppend)
            throw new RequestError("string_above_max_length", "Invalid 'audio': more than 15 MiB in one event.", "audio");
        var room = Base64.GetMaxDecodedFromUtf8Length(base64.Length);
        if (Base64.DecodeFromUtf8(base64, _input.Reserve(room), out _, out var count) != OperationStatus.Done)
            throw new RequestError("invalid_value", "Invalid 'audio'. Expected base64-encoded audio bytes.", "audio");
        _input.Add(count);

        var whole = _input.End - _input.End % _input.Format.BytesPerSample;
        if (_voice is not null)
        {
            _voice.Hear(_input.Format.ToPcm(_input.Between(_heard, whole)), _edges);
            foreach (var edge in _edges) Hear(edge);
            _edges.Clear();
        }
        _heard = whole;
        // No speech: keep the padding and the start of a word that is not loud for long enough yet.
        if (_detection is not null && _speech is null)
            _input.DropBefore(_input.End - (_detection.PaddingMs + MinimumCommitMs) * (long)_input.Format.BytesPerMillisecond);
        return count;
    }

    /// <summary>The client's own commit, with or without turn detection.</summary>
    public void Commit()
    {
        var from = _speech?.From ?? _input.First;
        var ms = (_input.End - from) / (double)_input.Format.BytesPerMillisecond;
        if (ms < MinimumCommitMs)
            throw new RequestError("input_audio_buffer_commit_empty", string.Create(CultureInfo.InvariantCulture,
                $"Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has {ms:0.00}ms of audio."));
        var id = _speech?.ItemId ?? _session.Ids.Next("item_");
        _speech = null;
        _voice?.Reset();
        AddItem(id, from, _input.End, Recognize(from, _input.End), automatic: false);
    }

    public void Clear()
    {
        _speech = null;
        _voice?.Reset();
        _input.DropBefore(_input.End);
        _session.Out.Emit(default, "input_audio_buffer.cleared");
    }

    /// <summary>Starts the idle timer at the end of an answer; on timeout the server commits the silence.</summary>
    public void WatchIdle(double answerMs)
    {
        var watch = ++_idleWatch;
        if (_detection?.IdleTimeoutMs is { } idle)
            _session.Agenda.After(TimeSpan.FromMilliseconds(answerMs + idle), () => { if (watch == _idleWatch) Idle(idle); });
    }

    private void Hear(SpeechEdge edge)
    {
        var format = _input.Format;
        var at = edge.Sample * format.BytesPerSample;
        if (edge.Started)
        {
            var from = Math.Max(_input.First, at - (long)_detection!.PaddingMs * format.BytesPerMillisecond);
            _speech = (_session.Ids.Next("item_"), from);
            _session.Out.Emit(new Scope(_turn + 1 + _session.Conversation.EarlierTurns), "input_audio_buffer.speech_started",
                ("audio_start_ms", (long)_input.Ms(from)), ("item_id", _speech.Value.ItemId));
            _speechStarted();
            // Only now: the interruption above ends an answer, which may restart the idle timer.
            _idleWatch++;
        }
        else if (_speech is { } speech)
        {
            _speech = null;
            var turn = Recognize(speech.From, at);
            _session.Out.Emit(new Scope(turn.Number), "input_audio_buffer.speech_stopped",
                ("audio_end_ms", (long)_input.Ms(at)), ("item_id", speech.ItemId));
            if (turn.Number is { } number && _session.Scenario.Turn(number).Uncommitted) _input.DropBefore(at);
            else AddItem(speech.ItemId, speech.From, at, turn, automatic: true);
        }
    }

    private void Idle(int idleMs)
    {
        if (_speech is not null) return;
        var id = _session.Ids.Next("item_");
        var end = _input.Ms(_input.End);
        _session.Out.Emit(default, "input_audio_buffer.timeout_triggered",
            ("audio_start_ms", (long)Math.Max(0, end - idleMs)), ("audio_end_ms", (long)end), ("item_id", id));
        AddItem(id, _input.First, _input.End, default, automatic: true);
    }

    // The turn by its words where the scenario defines any, else by the order of commits, after those that were created.
    private (int? Number, string? Words) Recognize(long from, long to)
    {
        if (_session.Vocabulary.IsEmpty) return (++_turn + _session.Conversation.EarlierTurns, null);
        var (words, turn) = _session.Vocabulary.Hear(_input.Format.ToPcm(_input.Between(from, to)), _input.Format.SampleRate);
        _turn = turn ?? _turn;
        return (turn, words);
    }

    private void AddItem(string id, long from, long to, (int? Number, string? Words) turn, bool automatic)
    {
        var audio = _input.Between(from, to).ToArray();
        _input.DropBefore(to);
        var item = new Item(id, Items.UserSpeech(id))
        {
            Turn = turn.Number,
            Heard = turn.Words,
            Audio = audio,
            Format = _input.Format,
            AudioMs = audio.Length / (double)_input.Format.BytesPerMillisecond,
        };
        var before = _session.Conversation.LastId;
        var scope = new Scope(turn.Number);
        _session.Out.Emit(scope, "input_audio_buffer.committed", ("previous_item_id", before), ("item_id", id));
        _session.Conversation.Append(item);
        _session.Out.Emit(scope, "conversation.item.added", ("previous_item_id", before), ("item", item.Json));
        _session.Out.Emit(scope, "conversation.item.done", ("previous_item_id", before), ("item", item.Json));
        _committed(item, automatic);
    }
}
