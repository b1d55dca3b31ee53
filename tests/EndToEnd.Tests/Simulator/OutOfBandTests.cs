using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class OutOfBandTests
{
    private const string TwoTurns = """
        {"defaults":{"oob_delay_ms":0,"interval_ms":0},
         "turns":[{"oob":{"text":"First."},"answer":{"silent":true}},{"oob":{"text":"Second."},"answer":{"silent":true}}]}
        """;

    private static IEnumerable<byte[]> OneTurn => [Sound.Speech(800), Sound.Silence(400)];

    /// <summary>A transcription request as the published script sends it; <paramref name="items"/> become references.</summary>
    private static JsonObject Transcribe(string name, params string[] items)
    {
        var response = new JsonObject
        {
            ["conversation"] = "none",
            ["output_modalities"] = new JsonArray("text"),
            ["instructions"] = "Transcribe what the user said, verbatim.",
            ["tools"] = new JsonArray(),
            ["metadata"] = new JsonObject { ["name"] = name },
        };
        if (items.Length > 0)
            response["input"] = new JsonArray([.. items.Select(i => new JsonObject { ["type"] = "item_reference", ["id"] = i })]);
        return new JsonObject { ["type"] = "response.create", ["event_id"] = name, ["response"] = response };
    }

    private static Task<WireEntry> Done(SimulatorClient client, string name) =>
        client.Log.WaitAsync(e => e.Type == "response.done" && e["response.metadata.name"] == name, SimulatorClient.Limit);

    private static string? Text(WireEntry done) =>
        done.Json.GetProperty("response").GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString();

    private static async Task<string> Item(SimulatorClient client, int turn) =>
        (await client.Event("input_audio_buffer.committed", turn))["item_id"]!;

    [Fact]
    public async Task Without_input_it_is_about_the_latest_user_item_when_the_server_reads_it()
    {
        await using var client = await SimulatorClient.ConnectAsync(TwoTurns);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.HearAsync(OneTurn);
        await Item(client, 2);
        await client.SendAsync(Transcribe("too late for turn 1"));

        Assert.Equal("Second.", Text(await Done(client, "too late for turn 1")));
    }

    [Fact]
    public async Task Without_tokens_a_request_fails_and_is_told_when_there_will_be_some()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"oob":{"text":"First.","first":[{"rate_limit_ms":1200}]},"answer":{"silent":true}}]}""");
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));
        var failed = await Done(client, "a");
        await client.SendAsync(Transcribe("b"));

        Assert.Equal("rate_limit_exceeded", failed["response.status_details.error.code"]);
        Assert.EndsWith("Please try again in 1.2s.", failed["response.status_details.error.message"], StringComparison.Ordinal);
        var limits = (await client.Event("rate_limits.updated")).Json.GetProperty("rate_limits")[0];
        Assert.Equal((0, 1.2), (limits.GetProperty("remaining").GetInt32(), limits.GetProperty("reset_seconds").GetDouble()));
        Assert.Equal("First.", Text(await Done(client, "b")));
    }

    [Fact]
    public async Task A_reply_of_a_megabyte_in_any_language_may_come_in_few_deltas()
    {
        var words = string.Join(' ', Enumerable.Repeat("größe 大 🙂", 70_000));
        await using var client = await SimulatorClient.ConnectAsync(
            $$"""{ "turns": [ { "oob": { "text": "{{words}}", "deltas": 3 }, "answer": { "silent": true } } ] }""");
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));

        Assert.Equal(words, Text(await Done(client, "a")));
        Assert.Equal(3, client.Log.Of("response.output_text.delta").Count);
    }

    [Fact]
    public async Task With_references_it_is_about_the_last_user_item_among_them_whatever_came_since()
    {
        await using var client = await SimulatorClient.ConnectAsync(TwoTurns);
        await client.HearAsync([.. OneTurn, .. OneTurn]);
        var (first, second) = (await Item(client, 1), await Item(client, 2));
        await client.SendAsync(Transcribe("b", first, second));
        await client.SendAsync(Transcribe("a", first));

        Assert.Equal("First.", Text(await Done(client, "a")));
        Assert.Equal("Second.", Text(await Done(client, "b")));
    }

    [Fact]
    public async Task A_request_that_is_no_transcription_gets_another_text()
    {
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"oob":{"text":"First."},"answer":{"silent":true}}],
             "requests":[{"metadata":{"oob":"summary"},"reply":{"text":"A summary."}},{"instructions":"translate","reply":{"text":"Ein Satz."}}]}
            """);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        foreach (var (oob, instructions) in new[]
            { ("summary", "Summarise the call."), ("other", "Translate it."), ("third", "Count the words.") })
        {
            await client.SendAsync(new JsonObject
            {
                ["type"] = "response.create",
                ["response"] = new JsonObject
                {
                    ["conversation"] = "none",
                    ["output_modalities"] = new JsonArray("text"),
                    ["instructions"] = instructions,
                    ["metadata"] = new JsonObject { ["oob"] = oob, ["name"] = oob },
                },
            });
        }

        Assert.Equal("A summary.", Text(await Done(client, "summary")));
        Assert.Equal("Ein Satz.", Text(await Done(client, "other")));
        Assert.Equal("[simulated result from 1 items]", Text(await Done(client, "third")));
    }

    [Fact]
    public async Task A_turn_answers_each_prompt_in_its_own_way_before_the_scenario_does()
    {
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"oob":{"text":"First."},"answer":{"silent":true},"requests":[{"instructions":"short","reply":{"text":"1st"}}]}],
             "requests":[{"instructions":"word","reply":{"text":"Of the scenario."}}]}
            """);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        foreach (var instructions in (string[])["Transcribe in short words.", "Transcribe word by word.", "Transcribe."])
        {
            await client.SendAsync(new JsonObject
            {
                ["type"] = "response.create",
                ["response"] = new JsonObject
                {
                    ["conversation"] = "none", ["output_modalities"] = new JsonArray("text"), ["instructions"] = instructions,
                    ["metadata"] = new JsonObject { ["name"] = instructions },
                },
            });
        }

        Assert.Equal("1st", Text(await Done(client, "Transcribe in short words.")));
        Assert.Equal("Of the scenario.", Text(await Done(client, "Transcribe word by word.")));
        Assert.Equal("First.", Text(await Done(client, "Transcribe.")));
    }

    [Fact]
    public async Task Without_a_scenario_every_text_says_that_it_is_simulated()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(OneTurn);
        var item = await Item(client, 1);
        await client.SendAsync(Transcribe("a", item));

        Assert.Equal("[simulated transcript of 1.0 s of speech]", Text(await Done(client, "a")));
        Assert.Equal("This is a simulated answer to 1.0 seconds of speech.",
            (await client.Event("response.output_audio_transcript.done"))["transcript"]);
    }

    [Fact]
    public async Task An_unknown_reference_is_refused_by_path_and_names_the_clients_event()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync(Transcribe("x", "item_nowhere"));

        var error = await client.Event("error");
        Assert.Equal("response.input[0].id", error["error.param"]);
        Assert.Equal("x", error["error.event_id"]);
    }

    [Fact]
    public async Task Any_number_runs_beside_the_default_response_and_their_deltas_interleave()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"oob":{"text":"one two three four five six"},"answer":{"text":"A long answer.","audio_ms":5000}}]}
            """, time: time);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        for (var i = 0; i < 5; i++) await client.SendAsync(Transcribe($"r{i}"));
        await client.Event("response.created", 6);
        time.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 5; i++) Assert.Equal("one two three four five six", Text(await Done(client, $"r{i}")));

        var deltas = client.Log.Of("response.output_text.delta").Select(e => e["response_id"]!).ToList();
        var switches = deltas.Zip(deltas.Skip(1)).Count(p => p.First != p.Second);
        Assert.Equal(29, switches);
        Assert.Empty(client.Log.Of("error"));
    }

    [Fact]
    public async Task Cancel_without_an_id_never_ends_an_out_of_band_response_and_with_its_id_does()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"oob":{"text":"x","delay_ms":60000},"answer":{"silent":true}}]}""");
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));
        var id = (await client.Event("response.created"))["response.id"];
        await client.SendAsync("""{"type":"response.cancel"}""");
        Assert.Equal("response_cancel_not_active", (await client.Event("error"))["error.code"]);
        await client.SendAsync($$"""{"type":"response.cancel","response_id":"{{id}}"}""");

        var done = await Done(client, "a");
        Assert.Equal("""{"type":"cancelled","reason":"client_cancelled"}""", done["response.status_details"]);
    }

    [Fact]
    public async Task Talking_on_does_not_touch_an_out_of_band_response()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"oob":{"text":"First."},"answer":{"text":"Yes.","stalled":true}}]}
            """, time: time);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));
        await client.Event("response.created", 2);
        await client.HearAsync(OneTurn);
        await Item(client, 2);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("completed", (await Done(client, "a"))["response.status"]);
        Assert.Equal("cancelled", (await client.Event("response.done"))["response.status"]);
    }

    [Theory]
    [InlineData("""{"status":"empty"}""", "completed", "", "null")]
    [InlineData("""{"status":"incomplete","text":"Half a"}""", "incomplete", "Half a",
    """{"type":"incomplete","reason":"max_output_tokens"}""")]
    [InlineData("""{"status":"incomplete","reason":"content_filter","text":"Half a"}""", "incomplete", "Half a",
    """{"type":"incomplete","reason":"content_filter"}""")]
    [InlineData("""{"status":"cancelled","text":"Half"}""", "cancelled", "Half", """{"type":"cancelled","reason":"client_cancelled"}""")]
    [InlineData("""{"status":"failed","text":"Half","error":{"type":"tokens","code":"rate_limit_exceeded","message":"Please try again in 4.8s."}}""", "failed", "Half",
        """{"type":"failed","error":{"type":"tokens","code":"rate_limit_exceeded","message":"Please try again in 4.8s."}}""")]
    public async Task It_can_end_in_every_way_with_what_was_said_so_far(string oob, string status, string text, string details)
    {
        await using var client = await SimulatorClient.ConnectAsync($$$"""{"turns":[{"oob":{{{oob}}},"answer":{"silent":true}}]}""");
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));

        var done = await Done(client, "a");
        Assert.Equal(status, done["response.status"]);
        Assert.Equal(details, done["response.status_details"]);
        Assert.Equal(text, Text(done));
    }

    [Fact]
    public async Task A_failure_before_the_first_word_has_no_output_and_costs_nothing()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"turns":[{"oob":{"status":"failed"},"answer":{"silent":true}}]}""");
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));

        var done = await Done(client, "a");
        Assert.Equal("[]", done["response.output"]);
        Assert.Equal("0", done["response.usage.total_tokens"]);
    }

    [Fact]
    public async Task The_first_attempts_can_fare_differently()
    {
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"oob":{"text":"Third time.","first":[{"reject":{"code":"server_busy","type":"server_error","message":"Busy."}},{"status":"failed"}]},"answer":{"silent":true}}]}
            """);
        await client.HearAsync(OneTurn);
        await Item(client, 1);
        await client.SendAsync(Transcribe("a"));
        var error = await client.Event("error");
        await client.SendAsync(Transcribe("b"));
        Assert.Equal("failed", (await Done(client, "b"))["response.status"]);
        await client.SendAsync(Transcribe("c"));

        Assert.Equal("Third time.", Text(await Done(client, "c")));
        Assert.Equal("server_busy", error["error.code"]);
        Assert.Equal("server_error", error["error.type"]);
        Assert.Equal("a", error["error.event_id"]);
    }

    [Fact]
    public async Task A_silent_one_is_never_created()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"oob":{"silent":true},"answer":{"silent":true}},{"oob":{"text":"Second."},"answer":{"silent":true}}]}""");
        await client.HearAsync([.. OneTurn, .. OneTurn]);
        var first = await Item(client, 1);
        await Item(client, 2);
        await client.SendAsync(Transcribe("a", first));
        await client.SendAsync(Transcribe("b"));
        await Done(client, "b");

        Assert.Single(client.Log.Of("response.created"));
    }

    [Fact]
    public async Task Referenced_audio_is_reported_as_no_audio_and_a_constant_text()
    {
        await using var client = await SimulatorClient.ConnectAsync(TwoTurns);
        await client.HearAsync([.. OneTurn, Sound.Speech(3000), Sound.Silence(400)]);
        var (first, second) = (await Item(client, 1), await Item(client, 2));
        await client.SendAsync(Transcribe("a", first));
        await client.SendAsync(Transcribe("b", second));
        await client.SendAsync(Transcribe("full"));

        var (a, b, full) = (await Done(client, "a"), await Done(client, "b"), await Done(client, "full"));
        Assert.Equal("0", a["response.usage.input_token_details.audio_tokens"]);
        Assert.Equal("0", b["response.usage.input_token_details.audio_tokens"]);
        Assert.Equal(a["response.usage.input_token_details.text_tokens"], b["response.usage.input_token_details.text_tokens"]);
        // 800 ms of speech and 200 ms of silence, then 3000 ms and 200 ms, with 200 or 300 ms of padding, at 1 token per 100 ms.
        Assert.InRange(int.Parse(full["response.usage.input_token_details.audio_tokens"]!), 42, 45);
    }

    [Fact]
    public async Task The_cache_helps_from_the_second_request_with_the_same_instructions()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        var request = Transcribe("a");
        request["response"]!["instructions"] = string.Concat(Enumerable.Repeat("Transcribe every word. ", 100));
        await client.SendAsync(request);
        var first = await Done(client, "a");
        request["response"]!["metadata"]!["name"] = "b";
        await client.SendAsync(request);
        var second = await Done(client, "b");

        Assert.Equal("0", first["response.usage.input_token_details.cached_tokens"]);
        Assert.Equal("575", second["response.usage.input_token_details.text_tokens"]);
        Assert.Equal("512", second["response.usage.input_token_details.cached_tokens_details.text_tokens"]);
    }

    [Fact]
    public async Task A_forced_function_is_called_with_arguments_that_fit_its_schema()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("""
            {"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Summarise.","metadata":{"name":"a"},
             "tool_choice":{"type":"function","name":"report"},
             "tools":[{"type":"function","name":"report","parameters":{"type":"object","required":["topic","mood","count"],
               "properties":{"topic":{"type":"string"},"mood":{"enum":["good","bad"]},"count":{"type":"integer"},"note":{"type":"string"}}}}]}}
            """);

        Assert.Equal("""{"topic":"simulated","mood":"good","count":0}""",
            (await client.Event("response.function_call_arguments.done"))["arguments"]);
        Assert.Contains("function_call", (await Done(client, "a"))["response.output"]);
    }

    [Theory]
    [InlineData("""{"conversation":"somewhere"}""", "response.conversation")]
    [InlineData("""{"modalities":["text"]}""", "response.modalities")]
    [InlineData("""{"reasoning":{"effort":"low"}}""", "null")]
    [InlineData("""{"metadata":{"a":1}}""", "response.metadata.a")]
    [InlineData("""{"input":[{"type":"message","role":"user","content":[{"type":"output_text","text":"x"}]}]}""",
    "response.input[0].content[0].type")]
    public async Task A_wrong_request_is_refused_and_names_the_clients_event(string response, string param)
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        await client.SendAsync($$"""{"type":"response.create","event_id":"r1","response":{{response}}}""");

        var error = await client.Event("error");
        Assert.Equal(param, error["error.param"]);
        Assert.Equal("r1", error["error.event_id"]);
    }

    [Fact]
    public async Task Sixteen_pairs_of_metadata_are_the_most()
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        var request = Transcribe("a");
        for (var i = 0; i < 16; i++) request["response"]!["metadata"]![$"k{i}"] = "v";
        await client.SendAsync(request);

        Assert.Equal("response.metadata", (await client.Event("error"))["error.param"]);
    }
}
