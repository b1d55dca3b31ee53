using System.Buffers;
using BenchmarkDotNet.Attributes;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Bench;

/// <summary>Time and allocations of one event in each pure step of the audio path. Frames are 100 ms of audio.</summary>
[MemoryDiagnoser]
[InProcess]
public class AudioPathBenchmarks
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly AppendAudio _append = new(new byte[Pcm.Bytes(TimeSpan.FromMilliseconds(100))]);
    private readonly ArrayBufferWriter<byte> _frame = new(16 * 1024);
    private readonly float[] _samples = new float[4800];
    private readonly Resampler _resampler = new(48_000, Pcm.SampleRate, 4800);
    private readonly EventRouter _router = new();
    private readonly float[] _resampled;
    private readonly byte[] _sound;
    private readonly byte[] _words;
    private readonly byte[] _done;
    private readonly ServerEvent _delta;
    private readonly ResponseDone _charged;
    private CostLedger _ledger;
    private readonly TurnJoin _join;
    private readonly ServerEvent[] _turn;
    private int _responses;

    /// <summary>Creates the measured objects from the shipped configuration.</summary>
    public AudioPathBenchmarks()
    {
        _resampled = new float[_resampler.Max(4800)];
        _sound = Utf8(
            $$"""{"type":"response.output_audio.delta","event_id":"event_0123456789abcdef","response_id":"resp_0123456789abcdef","item_id":"item_0123456789abcdef","output_index":0,"content_index":0,"delta":"{{Convert.ToBase64String(new byte[4800])}}"}""");
        _words = Utf8(
            """{"type":"response.output_audio_transcript.delta","event_id":"event_0123456789abcdef","response_id":"resp_0123456789abcdef","item_id":"item_0123456789abcdef","output_index":0,"content_index":0,"delta":"Hello"}""");
        _done = Utf8(
            """{"type":"response.done","event_id":"event_1","response":{"object":"realtime.response","id":"resp_1","status":"completed","output":[{"id":"item_2","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello there."}]}],"usage":{"total_tokens":1841,"input_tokens":1830,"output_tokens":11,"input_token_details":{"text_tokens":1830,"audio_tokens":0,"cached_tokens":0,"cached_tokens_details":{"text_tokens":0,"audio_tokens":0}},"output_token_details":{"text_tokens":11,"audio_tokens":0}}}}""");
        _delta = RealtimeCodec.Decode(_sound);
        _charged = (ResponseDone)RealtimeCodec.Decode(_done);

        var layer = new ConfigLayer("bench/micro", new Dictionary<string, string> { ["realtime.session.url"] = "simulator" });
        var stack = ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), profile: null, [layer]);
        var session = new RunPlanner(AppContext.BaseDirectory, VoiceHost.Runtime, Noon, new VoiceApp()).Plan(
            stack, SessionId.New(Noon, new Random(1)), demo: false).Session;
        _ledger = new CostLedger(stack.Prices, session.Facts.Model, session.Facts.AsrModel, new ContextScope.Full());
        _join = new TurnJoin(session.Turns, session.Facts.Id.Value, stack.Prices);
        _turn =
        [
            new SpeechStarted(ItemId.Of("item_1")), new SpeechStopped(ItemId.Of("item_1"), 2500), new InputCommitted(ItemId.Of("item_1")),
            new AsrCompleted(ItemId.Of("item_1"), "Hello there"),
        ];
    }

    /// <summary>Audio frame to wire frame.</summary>
    [Benchmark]
    public int EncodeAppend()
    {
        _frame.ResetWrittenCount();
        RealtimeCodec.Encode(_append, _frame);
        return _frame.WrittenCount;
    }

    /// <summary>A piece of assistant audio, up to the return of its array.</summary>
    [Benchmark]
    public void DecodeAudioDelta() => ((OutputAudioDelta)RealtimeCodec.Decode(_sound)).Owner!.Dispose();

    /// <summary>A transcript delta of one word.</summary>
    [Benchmark]
    public ServerEvent DecodeTranscriptDelta() => RealtimeCodec.Decode(_words);

    /// <summary>A large, rare event, decoded by the serializer.</summary>
    [Benchmark]
    public ServerEvent DecodeResponseDone() => RealtimeCodec.Decode(_done);

    /// <summary>The recipients of an audio delta.</summary>
    [Benchmark]
    public Recipients Route() => _router.Route(_delta).To;

    /// <summary>All events of a turn, from speech to the ASR transcript.</summary>
    [Benchmark]
    public int Join()
    {
        var join = _join;
        foreach (var e in _turn) join = join.On(e, TimeSpan.Zero).Next;
        return join.OpenTurns;
    }

    /// <summary>Charging one response to the ledger.</summary>
    [Benchmark]
    public void Charge() => _ledger = _ledger.On(new ResponseDone(_charged.Response with { Id = ResponseId.Of($"resp_{_responses++}") }));

    /// <summary>48 kHz to 24 kHz.</summary>
    [Benchmark]
    public int Resample() => _resampler.Add(_samples, _resampled);

    /// <summary>RMS of a frame.</summary>
    [Benchmark]
    public double Loudness() => Pcm.Rms(_append.Audio.Span);

    private static byte[] Utf8(string json) => System.Text.Encoding.UTF8.GetBytes(json);
}
