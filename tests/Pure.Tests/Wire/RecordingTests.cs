using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Wire;

public class RecordingTests
{
    // Event types in the recordings that we do not use; extend or shorten this list only deliberately.
    private static readonly HashSet<string> NotUsed =
    [
        "response.content_part.added", "response.content_part.done", "response.function_call_arguments.delta",
    ];

    public static TheoryData<string> Names => new(Repository.Recordings());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_event_of_a_recording_is_either_understood_or_kept_by_name(string recording)
    {
        foreach (var (received, json) in Repository.Recording(recording))
        {
            if (!received) continue;
            var type = json.GetProperty("type").GetString()!;
            var e = Decode(json);
            if (NotUsed.Contains(type)) Assert.Equal(type, Assert.IsType<UnknownEvent>(e).Type);
            else Assert.IsNotType<UnknownEvent>(e);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_reads_the_same_with_its_type_last(string recording)
    {
        foreach (var (received, json) in Repository.Recording(recording))
        {
            if (!received) continue;
            var turned =
                new JsonObject(json.EnumerateObject().OrderBy(p => p.Name == "type")
                .Select(p => KeyValuePair.Create(p.Name, (JsonNode?)JsonNode.Parse(p.Value.GetRawText()))));
            Assert.Equal(Describe(Decode(json)), Describe(RealtimeCodec.Decode(JsonSerializer.SerializeToUtf8Bytes(turned))));
        }
    }

    [Fact]
    public void The_fields_of_a_spoken_turn_arrive()
    {
        var events = Repository.Recording("vad-turn-auto-response").Where(e => e.Received).Select(e => Decode(e.Event)).ToList();

        var speech = Assert.Single(events.OfType<SpeechStarted>());
        var committed = Assert.Single(events.OfType<InputCommitted>());
        Assert.Equal(speech.ItemId, committed.ItemId);
        Assert.True(events.OfType<SpeechStopped>().Single().AudioEndMs > speech.AudioStartMs);

        var added = events.OfType<ItemAdded>().ToList();
        Assert.Equal(["user", "assistant"], added.Select(a => a.Item.Role));
        Assert.Equal(committed.ItemId, added[0].Item.Id);
        Assert.Equal(committed.ItemId, added[1].PreviousItemId);

        var done = Assert.Single(events.OfType<ResponseDone>()).Response;
        Assert.Equal(Assert.Single(events.OfType<ResponseCreated>()).Response.Id, done.Id);
        Assert.Equal("completed", done.Status);
        Assert.Equal(string.Concat(events.OfType<OutputTranscriptDelta>().Select(d => d.Delta)), done.Text);
        Assert.NotNull(done.Usage);
        Assert.All(events.OfType<OutputAudioDelta>(), d => Assert.Equal(6, d.Delta.Length));
        Assert.Equal(committed.ItemId, Assert.Single(events.OfType<AsrCompleted>()).ItemId);
    }

    [Fact]
    public void An_out_of_band_response_brings_its_metadata_back()
    {
        var events = Repository.Recording("oob-text-next-to-default-response").Where(e => e.Received).Select(e => Decode(e.Event)).ToList();
        var created = events.OfType<ResponseCreated>().Single(c => c.Response.Metadata is not null).Response;
        var done = events.OfType<ResponseDone>().Single(d => d.Response.Id == created.Id).Response;

        Assert.Null(created.ConversationId);
        Assert.Equal("transcript", created.Metadata!["purpose"]);
        Assert.Equal("what the user said", done.Text);
        Assert.Equal(done.Text, string.Concat(events.OfType<OutputTextDelta>().Select(d => d.Delta)).TrimEnd());
        Assert.Equal(done.Text, Assert.Single(events.OfType<OutputTextDone>()).Text);
    }

    [Fact]
    public void Refusals_and_failures_say_why()
    {
        Assert.Equal(
            ["response_cancel_not_active", "input_audio_buffer_commit_empty", "item_delete_invalid_item_id",
            "conversation_already_has_active_response", "cannot_update_voice"],
            Repository.Recording("errors-nonfatal").Where(e => e.Received).Select(e => ((ServerError)Decode(e.Event)).Error.Reason));

        var failed = Repository.Recording("response-failed-rate-limit").Select(e => e.Received ? Decode(e.Event) : null)
            .OfType<ResponseDone>().Single().Response;
        Assert.Equal("failed", failed.Status);
        Assert.Equal("rate_limit_exceeded", failed.StatusDetails?.Error?.Code);
        Assert.Contains("try again in", failed.StatusDetails?.Error?.Message, StringComparison.Ordinal);
    }

    private static ServerEvent Decode(JsonElement json) => RealtimeCodec.Decode(JsonSerializer.SerializeToUtf8Bytes(json));

    // Records compare bytes and JSON by reference, so compare them as text.
    private static string Describe(ServerEvent e) => e switch
    {
        OutputAudioDelta d => $"{d.ResponseId} {d.ItemId} {d.ContentIndex} {Convert.ToHexString(d.Delta.Span)}",
        ResponseCreated c => Describe(c.Response),
        ResponseDone d => Describe(d.Response),
        ItemAdded a => $"added {a.Item.Type} {a.Item.Id} {a.Item.Role} {a.PreviousItemId}",
        ItemDone d => $"done {d.Item.Type} {d.Item.Id} {d.Item.Role} {d.PreviousItemId}",
        OutputItemDone o => $"output done {o.ResponseId} {o.Item.Type} {o.Item.Id} {o.Item.Text} {o.Item.Status}",
        OutputItemAdded o => $"output {o.ResponseId} {o.Item.Type} {o.Item.Id}",
        AsrCompleted a => $"{a.ItemId} {a.Transcript} {a.Usage}",
        _ => e.ToString()!,
    };

    private static string Describe(ResponseState r) =>
        $"{r.Id} {r.Status} {r.StatusDetails} {r.ConversationId} {r.Text} {string.Join(",", r.Metadata ?? new Dictionary<string, string>())} {r.Usage}";
}
