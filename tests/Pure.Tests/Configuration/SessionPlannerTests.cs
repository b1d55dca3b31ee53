using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class SessionPlannerTests
{
    [Theory]
    [InlineData("gpt-transcribe", "de", null, "de")]
    [InlineData("gpt-transcribe", "de, en", null, "de,en")]
    [InlineData("gpt-4o-transcribe", "de", "de", null)]
    [InlineData("gpt-4o-mini-transcribe-2025-12-15", "de", "de", null)]
    [InlineData("whisper-1", "de", "de", null)]
    [InlineData("my-deployment", "de", "de", null, "unknown_ability")]
    [InlineData("my-deployment", "de,en", null, "de,en", "unknown_ability")]
    public void The_language_is_given_as_the_model_takes_it(string asr, string set, string? one, string? several, params string[] notices)
    {
        var plan = Planned.By(Shipped.Set("session.asr-model", asr), Shipped.Set("session.language", set));
        var transcription = plan.Session.Socket.Session.Audio!.Input.Transcription!;
        Assert.Equal((one, several), (transcription.Language, transcription.Languages is { } list ? string.Join(',', list) : null));
        Assert.Equal(notices, plan.Notices.Select(notice => notice.Code).Where(code => code == "unknown_ability"));
    }

    [Theory]
    [InlineData("session.language", "de,en", "session.asr-model", "whisper-1", "one language")]
    [InlineData("session.asr.keywords", "Ada", "session.asr-model", "gpt-4o-transcribe", "gpt-4o-transcribe does not take it")]
    [InlineData("session.asr.keywords", "a<b", "session.asr-model", "gpt-transcribe", "without <")]
    [InlineData("session.asr.prompt", "A call.", "session.asr-model", "gpt-4o-transcribe-diarize", "does not take it")]
    [InlineData("session.asr.delay", "low", "session.asr-model", "gpt-transcribe", "does not take it")]
    [InlineData("session.reasoning.effort", "high", "session.model", "gpt-realtime-1.5", "gpt-realtime-1.5 does not take it")]
    [InlineData("out-of-band.reasoning.effort", "high", "session.model", "gpt-realtime", "does not take it")]
    [InlineData("session.parallel-tool-calls", "on", "session.model", "gpt-realtime-mini-2025-10-06", "does not take it")]
    [InlineData("session.max-output-tokens", "5000", "session.model", "gpt-realtime", "from 1 to 4096")]
    [InlineData("session.max-output-tokens", "0", "session.model", "gpt-realtime", "from 1 to 4096")]
    [InlineData("out-of-band.max-output-tokens", "40000", "session.model", "gpt-realtime-2.1", "from 1 to 32000")]
    [InlineData("session.model", "gpt-transcribe", "session.voice", "marin", "a Realtime model")]
    [InlineData("session.model", "gpt-live-1", "session.voice", "marin", "a Realtime model")]
    [InlineData("session.asr-model", "gpt-realtime", "session.voice", "marin", "a transcription model")]
    [InlineData("session.asr-model", "gpt-live-transcribe", "session.voice", "marin", "manual")]
    [InlineData("turn-detection.idle-timeout", "6 s", "turn-detection.type", "semantic_vad", "none except with server_vad")]
    [InlineData("turn-detection.idle-timeout", "4 s", "session.voice", "marin", "from 5 s to 30 s")]
    [InlineData("session.speed", "2", "session.voice", "marin", "from 0.25 to 1.5")]
    [InlineData("session.tool-choice", "look_up", "session.voice", "marin", "the name of a tool")]
    [InlineData("session.truncation.type", "retention_ratio", "session.voice", "marin", "from 0 to 1")]
    [InlineData("session.tracing", "on", "session.voice", "marin", "none, auto")]
    [InlineData("session.stored-prompt.variables", "name=Ada", "session.voice", "marin", "a JSON object of 1 to 100 texts")]
    [InlineData("session.stored-prompt.variables", "{\"name\":1}", "session.voice", "marin", "a JSON object of 1 to 100 texts")]
    [InlineData("session.stored-prompt.variables", "{\"name\":null}", "session.voice", "marin", "a JSON object of 1 to 100 texts")]
    public void What_a_model_does_not_take_is_refused_before_anything_is_sent(
        string key, string value, string with, string other, string hint) => Assert.Contains(
            hint, Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set(key, value), Shipped.Set(with, other))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Every_field_can_be_set()
    {
        var session = Planned.By(
            Shipped.Set("session.asr.keywords", "Ada, Babbage"), Shipped.Set("session.asr.prompt", "A call."),
            Shipped.Set("session.speed", "1.2"), Shipped.Set("session.max-output-tokens", "1000"),
            Shipped.Set("session.reasoning.effort", "high"),
            Shipped.Set("session.tool-choice", "required"), Shipped.Set("session.parallel-tool-calls", "off"),
            Shipped.Set("session.truncation.type", "retention_ratio"), Shipped.Set("session.truncation.retention-ratio", "0.8"),
            Shipped.Set("session.truncation.post-instructions", "8000"), Shipped.Set("session.tracing", "auto"),
            Shipped.Set("session.trace.workflow-name", "Intake"), Shipped.Set("session.trace.group-id", "calls"),
            Shipped.Set("session.stored-prompt.id", "pmpt_1"), Shipped.Set("session.stored-prompt.version", "2"),
            Shipped.Set("session.stored-prompt.variables", """{"name":"Ada"}"""), Shipped.Set("session.asr.logprobs", "on"),
            Shipped.Set("turn-detection.idle-timeout", "6 s"), Shipped.Set("turn-detection.interrupt-response", "off"),
            Shipped.Set("turn-detection.create-response", "off"), Shipped.Set("out-of-band.max-output-tokens", "500"),
            Shipped.Set("out-of-band.reasoning.effort", "minimal")).Session;
        Assert.Equal("""
            {"type":"realtime","output_modalities":["audio"],"instructions":"","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-transcribe","prompt":"A call.","keywords":["Ada","Babbage"]},"noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"create_response":false,"interrupt_response":false,"idle_timeout_ms":6000}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1.2}},"tool_choice":"required","parallel_tool_calls":false,"reasoning":{"effort":"high"},"max_output_tokens":1000,"truncation":{"type":"retention_ratio","retention_ratio":0.8,"token_limits":{"post_instructions":8000}},"tracing":{"workflow_name":"Intake","group_id":"calls"},"prompt":{"id":"pmpt_1","version":"2","variables":{"name":"Ada"}},"include":["item.input_audio_transcription.logprobs"]}
            """, RealtimeCodec.ToJson(session.Socket.Session with { Instructions = "" }).GetRawText());
        Assert.True(session.Turns.ManualAnswers);
        Assert.Equal((500, new Reasoning("minimal")), (session.OutOfBand.MaxOutputTokens, session.OutOfBand.Reasoning));
    }

    [Fact]
    public void A_prompt_that_is_kept_at_the_service_replaces_the_shipped_instructions_and_not_ones_own()
    {
        var stored = Shipped.Set("session.stored-prompt.id", "pmpt_1");
        Assert.Null(Planned.By(stored).Session.Socket.Session.Instructions);

        var own = Path.Combine(AppContext.BaseDirectory, "prompts", "agent.md");
        Assert.NotNull(Planned.By(stored, Shipped.Set("session.prompt", own)).Session.Socket.Session.Instructions);
    }

    [Fact]
    public void Tracing_without_names_is_one_word() => Assert.Equal(
        "\"auto\"", RealtimeCodec.ToJson(Planned.By(Shipped.Set("session.tracing", "auto")).Session.Socket.Session)
            .GetProperty("tracing").GetRawText());

    [Fact]
    public void Without_a_word_only_what_differs_from_the_servers_defaults_is_sent() =>
        Assert.Equal(
            ["type", "output_modalities", "instructions", "audio"],
            RealtimeCodec.ToJson(Planned.By().Session.Socket.Session).EnumerateObject().Select(field => field.Name));

    [Fact]
    public void A_users_models_lie_over_the_shipped_ones_key_by_key()
    {
        var file = new ConfigLayer("my.hocon", new Dictionary<string, string>
        {
            ["models.mine.model"] = "my-deployment", ["models.mine.language"] = "languages",
            ["models.gpt-transcribe.language"] = "language",
        });
        Assert.Equal(["de"], Planned.By(file, Shipped.Set("session.asr-model", "my-deployment"), Shipped.Set("session.language", "de"))
            .Session.Socket.Session.Audio!.Input.Transcription!.Languages!);
        Assert.Equal("de", Planned.By(file, Shipped.Set("session.language", "de"))
            .Session.Socket.Session.Audio!.Input.Transcription!.Language);
    }

    [Theory]
    [InlineData("models.x.languag", "de", "Unknown key models.x.languag (my.hocon). Known: model, kind, ")]
    [InlineData("models.x.reasoning", "maybe", "models.x.reasoning (my.hocon) is 'maybe'; it must be of on, off")]
    [InlineData("models.x.formats", "mp3", "models.x.formats (my.hocon) is 'mp3'; it must be of audio/pcm")]
    [InlineData("models.x", "4", "models.x (my.hocon) is no ability; write models.LABEL.KEY.")]
    public void A_wrong_ability_names_its_path_and_file(string key, string value, string message) =>
        Assert.StartsWith(message, Assert.Throws<ConfigException>(
            () => ModelList.Read(new ConfigLayer("my.hocon", new Dictionary<string, string> { [key] = value }))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Each_model_with_a_price_that_a_session_can_use_has_abilities()
    {
        var known = ConfigStack.Load(Repository.At("hocon"), null, []).Models.Models.Select(model => model.Model).ToHashSet();
        Assert.Equal(["gpt-4o-mini-realtime-preview", "gpt-4o-realtime-preview"],
            Shipped.Prices.Models.Select(price => price.Model).Where(model => !known.Contains(model)).Order());
    }
}
