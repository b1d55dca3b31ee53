using System.Text.Json;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.StationFaults.Tests.Ledger;

/// <summary>
/// The messages of a ledger in one session, deterministic for a seed: usages of every purpose and type, many of them repeated,
/// some without a price or a figure, turns and answers for the estimates, and new connections.
/// </summary>
internal sealed class LedgerStream(int seed)
{
    private const string Model = "model", AsrModel = "asr";

    private static readonly string?[] Purposes =
        [null, OutOfBandRequest.Transcription, "summary", "validation", .. Enumerable.Range(1, 4).Select(i => $"task{i}")];

    private readonly Random _random = new(seed);

    /// <summary>A budget whose thresholds are all reached.</summary>
    public static LedgerSettings Settings { get; } = new(
        new PriceList([
            // no price for images
            new ModelPrice(Model) { TextIn = 1, TextCached = 0.5m, TextOut = 4, AudioIn = 8, AudioCached = 2, AudioOut = 16 },
            new ModelPrice(AsrModel) { AudioIn = 3, TextOut = 1, PerMinute = 0.006m },
        ]),
        new Budget(0.004m, PerDayUsd: 0.02m)
        {
            SpentTodayUsd = 0.001m,
            Thresholds = [new(0.25m, new BudgetStep.LimitContext(new ContextScope.Last(5))),
            new(0.5m, new BudgetStep.LimitContext(new ContextScope.Last(1))), new(1m, new BudgetStep.DisableRequests())],
        });

    /// <summary>The session of the ledger.</summary>
    public static SessionFacts Facts { get; } = new(new SessionId("s-test"), "wss://example.test", Model, AsrModel, "test", "file");

    /// <summary>The context of requests.</summary>
    public static ContextScope Context { get; } = new ContextScope.Full();

    /// <summary>All messages, in order.</summary>
    public List<object> Messages()
    {
        List<object> messages = [new LedgerMessages.Begin(), new ConnectionFacts.Opened()];
        for (var turn = 1; turn <= 12; turn++)
        {
            messages.Add(Received(new AsrCompleted(ItemId.Of($"item{turn}"), "words", turn % 4 == 0 ? Seconds() : Tokens(images: false))));
            messages.AddRange(Purposes.Where(_ => Maybe(0.5)).Select(purpose => Received(Done($"{purpose ?? "answer"}{turn}", purpose))));
            messages.Add(new LedgerMessages.Published(Turn(turn)));
            messages.Add(new LedgerMessages.Published(Answer(turn)));
            if (Maybe(0.1)) messages.Add(new ConnectionFacts.Opened());
            // Any earlier report may be repeated at any time.
            if (messages[_random.Next(messages.Count)] is ConnectionFacts.Received again) messages.Add(again);
        }
        return messages;
    }

    private static ConnectionFacts.Received Received(ServerEvent e) => new(e);

    private ResponseDone Done(string id, string? purpose) => new(new ResponseState(
        ResponseId.Of(id), "completed", Usage: Maybe(0.1) ? null : Tokens(images: Maybe(0.05)),
        Metadata: purpose is null ? null
        : new Dictionary<string, string> { [OutOfBandMetadata.Task] = purpose, [OutOfBandMetadata.Item] = "item" }));

    private TurnJoined Turn(int turn) => new(
        "s-test", turn, ItemId.Of($"item{turn}"), "vad", turn * 4000, turn * 4000 + _random.Next(500, 3000),
        new OutOfBandTranscript(ResultStatus.Completed, "words", ResponseId.Of($"transcription{turn}"), Maybe(0.5) ? "full" : "last:2", 1,
        100, Maybe(0.2) ? null : Tokens(images: false), 0.0001m, null),
        new AsrTranscript(ResultStatus.Completed, "words", AsrModel, 100, Tokens(images: false), 0.0001m, null), null,
        Maybe(0.5) ? [TurnFlags.UsageWithoutAudio] : []);

    private AssistantReplied Answer(int turn) =>
        new("s-test", ResponseId.Of($"answer{turn}"), Maybe(0.1) ? null : turn, ItemId.Of($"reply{turn}"), "completed", "words",
        _random.Next(0, 5000), null, null, null);

    private RawJson Tokens(bool images)
    {
        var (text, audio, cached, output, spoken) =
            (_random.Next(0, 200), _random.Next(0, 100), _random.Next(0, 40), _random.Next(0, 30), _random.Next(0, 30));
        return RawJson.Parse(JsonSerializer.Serialize(new
        {
            total_tokens = text + audio + output + spoken,
            input_tokens = text + audio,
            output_tokens = output + spoken,
            input_token_details = new { text_tokens = text, audio_tokens = audio, image_tokens = images ? 10 : 0, cached_tokens = cached },
            output_token_details = new { text_tokens = output, audio_tokens = spoken },
        }));
    }

    private RawJson Seconds() =>
        RawJson.Parse(JsonSerializer.Serialize(new { type = "duration", seconds = _random.Next(1, 200) / 10m }));

    private bool Maybe(double chance) => _random.NextDouble() < chance;
}
