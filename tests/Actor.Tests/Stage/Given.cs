using System.Text.Json;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>Test defaults: settings with round figures, and wire events with only the relevant fields.</summary>
internal static class Given
{
    public const string Url = "wss://example.test/v1/realtime";

    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    public static readonly SessionFacts Facts = new(new SessionId("s-test"), Url, "model", "asr", "test", "file");

    /// <summary>1 USD per text output token of the model, 1 USD per audio input token of the ASR.</summary>
    public static readonly PriceList Prices = new(
    [
        new ModelPrice("model") { TextIn = 0, TextOut = 1_000_000, AudioIn = 1_000_000, AudioOut = 1_000_000 },
        new ModelPrice("asr") { AudioIn = 1_000_000, TextOut = 0 },
    ]);

    public static readonly ReopenSettings Reopen =
        new(FirstDelay: TimeSpan.FromMilliseconds(500), MaxDelay: TimeSpan.FromSeconds(2), GiveUp: TimeSpan.FromSeconds(3));

    public static readonly MicSettings Mic =
        new(Frame, Realtime: false, EndSilence: 2 * Frame, ManualSilence: null, Ring: 3 * Frame, Replay: TimeSpan.FromSeconds(60), Reopen);

    public static readonly SocketSettings Socket = new(
        new SessionConfig("realtime", ["audio"], "Be brief.", null), Window: 4, OpenTimeout: TimeSpan.FromSeconds(10),
        CloseTimeout: TimeSpan.FromSeconds(2),
        new ReconnectPolicy(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10), GiveUp: TimeSpan.FromMinutes(2)),
        Rollover: TimeSpan.FromMinutes(55));

    public static readonly TurnSettings Turns = new(
        "asr", AsrTimeout: TimeSpan.FromSeconds(20), Transcribe: true, Prompt.Of("Write down every word."),
        Settle: TimeSpan.FromSeconds(1), Drain: TimeSpan.FromSeconds(10), ManualAnswers: false);

    public static readonly OutOfBandSettings OutOfBand = new(
        new ContextScope.Full(), MaxInFlight: 4, Queue: 16, Retries: 1,
        AnswerWithin: TimeSpan.FromSeconds(5), Timeout: TimeSpan.FromSeconds(20), LateWithin: TimeSpan.FromSeconds(60));

    public static readonly PlaybackSettings Playback =
        new(Frame, Limit: 10 * Frame, MuteWhileHeard: true, EchoTail: TimeSpan.FromMilliseconds(200), Reopen);

    public static readonly LedgerSettings Ledger = new(Prices, new Budget(null));

    public static readonly SinkSettings Sinks = new(Pending: 16);

    public static readonly SessionSettings Session = new(
        Facts, Mic with { EndSilence = Frame }, Socket, Turns, OutOfBand, Playback, Ledger, Sinks, new EndSettings(null, null), []);

    /// <summary>Ports for the microphone station.</summary>
    public static MicPorts Ports(IAudioSource source, TimeProvider clock) => new(source, clock);

    /// <summary>Audio filled with a byte that identifies it.</summary>
    public static byte[] Sound(byte mark, int frames = 1)
    {
        var sound = new byte[Pcm.Bytes(Frame) * frames];
        Array.Fill(sound, mark);
        return sound;
    }

    public static readonly byte[] Silence = Sound(0);

    /// <summary>Samples of 0x4040, half of full scale.</summary>
    public static readonly byte[] Speech = Sound(0x40);

    public static OutOfBandRequest Question(int turn) =>
        new(OutOfBandRequest.Transcription, new TurnNumber(turn), ItemId.Of($"item{turn}"), Turns.TranscriptionPrompt.Text)
        { PromptHash = Turns.TranscriptionPrompt.Hash };

    public static ItemId Item(int turn) => ItemId.Of($"item{turn}");

    public static InputCommitted Committed(int turn) => new(Item(turn));

    public static AsrCompleted Asr(int turn, string text, int tokens = 1) =>
        new(Item(turn), text, Usage(new { type = "tokens", input_tokens = tokens, input_token_details = new { audio_tokens = tokens } }));

    public static ResponseCreated OobCreated(string response, int turn, int attempt = 1) => new(Oob(response, turn, attempt));

    public static ResponseDone OobDone(string response, int turn, string text, int attempt = 1, int tokens = 1) =>
        new(Oob(response, turn, attempt) with
    {
        Status = "completed",
        Output = [new ConversationItem("message", Role: "assistant", Content: [new ContentPart("output_text", text)])],
        Usage = Usage(
        new { output_tokens = tokens, input_token_details = new { audio_tokens = 1 },
        output_token_details = new { text_tokens = tokens } }),
    });

    public static ResponseCreated Created(string response) => new(new ResponseState(ResponseId.Of(response)));

    public static OutputAudioDelta Delta(string response, string item, byte[] sound) =>
        new(ResponseId.Of(response), ItemId.Of(item), sound);

    public static ResponseDone Done(string response, string text = "", int tokens = 0) =>
        new(new ResponseState(ResponseId.Of(response), "completed")
    {
        Output = [new ConversationItem("message", Role: "assistant", Content: [new ContentPart("output_audio", Transcript: text)])],
        Usage = Usage(new { output_tokens = tokens, output_token_details = new { text_tokens = tokens } }),
    });

    public static ConnectionFacts.Received Received(ServerEvent e) => new(e);

    private static ResponseState Oob(string response, int turn, int attempt) =>
        new(ResponseId.Of(response), Metadata: new Dictionary<string, string>
    {
        [OutOfBandMetadata.Task] = OutOfBandRequest.Transcription,
        [OutOfBandMetadata.Item] = Item(turn).Value,
        [OutOfBandMetadata.Turn] = $"{turn}",
        [OutOfBandMetadata.Attempt] = $"{attempt}",
    });

    private static RawJson Usage(object usage) => RawJson.Parse(JsonSerializer.Serialize(usage));
}
