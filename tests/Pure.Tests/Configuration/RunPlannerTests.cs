using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Serilog.Events;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class RunPlannerTests
{
    [Fact]
    public void Without_a_word_the_plan_is_the_real_service_with_a_microphone()
    {
        var plan = Planned.By();
        Assert.Equal("wss://api.openai.com/v1/realtime", plan.Endpoint?.Url.ToString());
        Assert.IsType<InputPlan.Microphone>(plan.Input);
        Assert.Equal(new OutputPlan.Speaker("default", Required: true), plan.Output);
        Assert.Equal(new DataPlan(RunPlanner.DefaultData, false, false), plan.Data);
        Assert.Equal(new LoggingPlan(LogEventLevel.Warning, LogEventLevel.Debug), plan.Logging);
        Assert.Equal(new ConnectionPlan(Seconds(20), Seconds(40)), plan.Connection);
        Assert.Equal(new DeviceSettings(Frozen: Seconds(1), OutputLatency: Ms(40), OwnFormat: false), plan.Devices);
        Assert.Contains("loglevel", plan.Akka, StringComparison.Ordinal);

        var s = plan.Session;
        Assert.Equal(("s-1", "gpt-realtime-2.1", "gpt-transcribe", "Akka.Test", "mic"),
            (s.Facts.Id.Value, s.Facts.Model, s.Facts.AsrModel, s.Facts.Runtime, s.Facts.Input));
        var reopen = new ReopenSettings(Ms(500), Seconds(5), Seconds(30));
        Assert.Equal(
            new MicSettings(Ms(40), Realtime: true, EndSilence: Ms(1000), ManualSilence: null, Ring: Ms(1000), Replay: Ms(60_000), reopen),
            s.Mic);
        Assert.Equal(new OutOfBandSettings(new ContextScope.Full(), 4, 64, 1, Seconds(5), Seconds(15), Seconds(60))
            { IsReasoning = true }, s.OutOfBand);
        Assert.Equal(new PlaybackSettings(Ms(20), Seconds(120), MuteWhileHeard: true, EchoTail: Ms(200), reopen), s.Playback);
        Assert.Equal((10, Seconds(15), Seconds(2)), (s.Socket.Window, s.Socket.OpenTimeout, s.Socket.CloseTimeout));
        Assert.Equal((new Actors.Socket.ReconnectPolicy(Ms(250), Seconds(10), Seconds(120)), TimeSpan.FromMinutes(55)),
            (s.Socket.Reconnect, s.Socket.Rollover));
        Assert.Equal((Seconds(15), true, Seconds(1.5), Seconds(20), false),
            (s.Turns.AsrTimeout, s.Turns.Transcribe, s.Turns.Settle, s.Turns.Drain, s.Turns.ManualAnswers));
        Assert.Equal((null, null, 1024), (s.Ledger.Budget.LimitUsd, s.Ledger.Budget.PerDayUsd, s.Sinks.Pending));
        Assert.Equal<IEnumerable<BudgetThreshold>>(Budget.DefaultThresholds, s.Ledger.Budget.Thresholds);
        Assert.Equal(new EndSettings(null, null), s.End);
        Assert.Equal(File.ReadAllText(Repository.At("prompts", "transcription.md")).Trim(), s.Turns.TranscriptionPrompt.Text);
        Assert.Equal(File.ReadAllText(Repository.At("prompts", "agent.md")).Trim(), s.Socket.Session.Instructions);
    }

    [Fact]
    public void The_demo_plays_the_sample_call_to_the_simulator_with_the_published_settings()
    {
        var plan = Planned.Demo();
        Assert.Null(plan.Endpoint);
        var sample = Assert.IsType<InputPlan.Sample>(plan.Input);
        Assert.True(File.Exists(sample.WavPath));
        Assert.True(File.Exists(sample.ScenarioPath));
        Assert.Equal(("simulator", "gpt-realtime", "intake-call.wav"),
            (plan.Session.Facts.Url, plan.Session.Facts.Model, plan.Session.Facts.Input));
        Assert.True(plan.Session.Mic.Realtime);
        Assert.Equal(new OutputPlan.Nothing(1), plan.Output);
    }

    [Fact]
    public void The_cookbook_profile_is_the_published_settings()
    {
        var session = Planned.Profile("cookbook").Session.Socket.Session;
        Assert.Equal(new Transcription("gpt-4o-transcribe"), session.Audio!.Input.Transcription);
        Assert.Equal(new NoiseReduction("near_field"), session.Audio.Input.NoiseReduction);
        Assert.Equal(new TurnDetection("server_vad", 0.6, 300, 800, null, true, true), session.Audio.Input.TurnDetection);
        Assert.Equal("marin", session.Audio.Output.Voice);
        Assert.Equal(["audio"], session.OutputModalities);
        Assert.Equal(("gpt-realtime", "full"),
            (Planned.Profile("cookbook").Session.Facts.Model, Planned.Profile("cookbook").Session.OutOfBand.Context.ToString()));
    }

    [Fact]
    public void What_the_user_wrote_lies_over_the_profile() =>
    Assert.Equal("cedar", Planned.Profile("cookbook", Shipped.Set("session.voice", "cedar")).Session.Socket.Session.Audio!.Output.Voice);

    [Fact]
    public void An_unknown_profile_names_those_there_are_and_a_file_may_bring_its_own()
    {
        Assert.Equal("--profile cookbok is not known. There are: cookbook.",
            Assert.Throws<ConfigException>(() => Planned.Profile("cookbok")).Message);
        var file = new ConfigLayer("my.hocon",
            new Dictionary<string, string> { ["profiles.mine.session.voice"] = "ash", ["prices.x.model"] = "x" });
        Assert.Equal("ash", Planned.Profile("mine", file).Session.Socket.Session.Audio!.Output.Voice);
        Assert.NotNull(Planned.By(file).Session.Ledger.Prices.Find("x"));
    }

    [Fact]
    public void A_password_or_a_token_in_the_address_is_not_filed_with_the_configuration()
    {
        var plan = Planned.By(Shipped.Set("session.url", "wss://ann:secret@example.com/v1/realtime?token=secret"));
        Assert.Equal("?token=secret", plan.Endpoint!.Url.Query);
        Assert.Equal(("wss://example.com/v1/realtime", "--set session.url"),
            plan.Config.All.Where(entry => entry.Path == "realtime.session.url").Select(entry => (entry.Value, entry.Origin)).Single());
        Assert.Contains(Planned.By(Shipped.Set("session.url", "azure:ours")).Config.All, entry => entry.Value == "azure:ours");
    }

    [Fact]
    public void The_simulator_is_a_server_without_an_address()
    {
        var plan = Planned.By(Shipped.Set("session.url", "simulator"), Shipped.Set("mic.input", "-"));
        Assert.Null(plan.Endpoint);
        Assert.IsType<InputPlan.Stdin>(plan.Input);
        Assert.Equal("-", plan.Session.Facts.Input);
    }

    [Fact]
    public void A_server_on_this_machine_and_one_at_Azure_are_planned_as_such()
    {
        var loopback = Planned.By(Shipped.Set("session.url", "ws://127.0.0.1:8080/v1/realtime"));
        Assert.True(loopback.Endpoint!.IsLoopback);
        Assert.Equal("ws://127.0.0.1:8080/v1/realtime", loopback.Session.Facts.Url);
        Assert.True(Planned.By(Shipped.Set("session.url", "azure:my-resource")).Endpoint!.IsAzure);
    }

    [Fact]
    [Trait("Cookbook", "21")]
    public void A_loudspeaker_is_needed_with_a_microphone_or_where_somebody_asked_for_it()
    {
        var url = Shipped.Set("session.url", "ws://127.0.0.1:8080/v1/realtime");
        Assert.Equal(new OutputPlan.Speaker("default", Required: true), Planned.By(url).Output);
        Assert.Equal(new OutputPlan.Speaker("default", Required: false), Planned.By(url, Shipped.Set("mic.input", "-")).Output);
        Assert.Equal(new OutputPlan.Speaker("USB", Required: true),
            Planned.By(url, Shipped.Set("mic.input", "-"), Shipped.Set("playback.device", "USB")).Output);
        Assert.Equal(new OutputPlan.Speaker("default", Required: true),
            Planned.By(Shipped.Set("session.url", "simulator"), Shipped.Set("playback.output", "speaker")).Output);
    }

    [Fact]
    [Trait("Cookbook", "16")]
    public void Manual_turns_switch_detection_off_and_make_us_ask_for_the_answers()
    {
        var session = Planned.By(Shipped.Set("turn-detection.type", "manual")).Session;
        Assert.Null(session.Socket.Session.Audio!.Input.TurnDetection);
        Assert.True(session.Turns.ManualAnswers);
        Assert.Equal((Ms(800), Ms(1300)), (session.Mic.ManualSilence, session.Mic.EndSilence));
    }

    [Theory]
    [InlineData("low", 8.5)]
    [InlineData("medium", 4.5)]
    [InlineData("auto", 4.5)]
    [InlineData("high", 2.5)]
    public void Semantic_detection_sends_its_own_fields_and_is_waited_for_as_long_as_it_may_take(string eagerness, double silence)
    {
        var session = Planned.By(Shipped.Set("turn-detection.type", "semantic_vad"),
            Shipped.Set("turn-detection.eagerness", eagerness)).Session;
        Assert.Equal(new TurnDetection("semantic_vad", Eagerness: eagerness, CreateResponse: true, InterruptResponse: true),
            session.Socket.Session.Audio!.Input.TurnDetection);
        Assert.Equal(Seconds(silence), session.Mic.EndSilence);
    }

    [Fact]
    public void None_switches_things_off()
    {
        var plan = Planned.By(Shipped.Set("session.asr-model", "none"), Shipped.Set("out-of-band.transcription", "off"),
            Shipped.Set("data.directory", "none"));
        Assert.Null(plan.Session.Socket.Session.Audio!.Input.Transcription);
        Assert.Null(plan.Session.Turns.AsrModel);
        Assert.False(plan.Session.Turns.Transcribe);
        Assert.Null(plan.Data.Directory);
    }

    [Fact]
    public void What_is_said_is_planned()
    {
        var plan = Planned.By(
            Shipped.Set("session.language", "de"), Shipped.Set("out-of-band.context", "last:3"), Shipped.Set("mic.pace", "fast"),
            Shipped.Set("echo.mode", "barge-in"),
            Shipped.Set("budget.usd", "0.50"), Shipped.Set("budget.end-session", "on"), Shipped.Set("end.turns", "6"),
            Shipped.Set("end.duration", "90 s"),
            Shipped.Set("playback.output", "out.wav"), Shipped.Set("playback.speed", "10"), Shipped.Set("data.directory", "here"),
            Shipped.Set("data.record", "wire,audio"),
            Shipped.Set("session.prompt", Repository.At("prompts", "transcription.md")),
            Shipped.Set("mic.input", Repository.At("samples", "intake-call.wav")));
        Assert.Equal(["de"], plan.Session.Socket.Session.Audio!.Input.Transcription!.Languages!);
        Assert.Equal(new ContextScope.Last(3), plan.Session.OutOfBand.Context);
        Assert.False(plan.Session.Mic.Realtime);
        Assert.False(plan.Session.Playback.MuteWhileHeard);
        Assert.Equal((0.50m, new BudgetThreshold(1, new BudgetStep.EndSession())),
            (plan.Session.Ledger.Budget.LimitUsd, plan.Session.Ledger.Budget.Thresholds[^1]));
        Assert.Equal(new EndSettings(6, Seconds(90)), plan.Session.End);
        Assert.Equal(new OutputPlan.WavFile("out.wav", 10), plan.Output);
        Assert.Equal(new DataPlan("here", true, true), plan.Data);
        Assert.Equal(plan.Session.Turns.TranscriptionPrompt.Text, plan.Session.Socket.Session.Instructions);
        Assert.IsType<InputPlan.WavFile>(plan.Input);
    }

    [Fact]
    public void Recording_the_wire_needs_a_place_for_it() =>
        Assert.Contains("--data none",
        Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set("data.directory", "none"), Shipped.Set("data.record", "wire"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_model_that_retires_within_90_days_is_one_warning()
    {
        var retires = Assert.Single(Planned.Profile("cookbook").Notices, n => n.Code == "model_retires");
        Assert.Equal(
            new Notice(NoticeLevel.Warning, "model_retires",
            "gpt-realtime retires on 2027-01-20, in 59 days. Choose another with --model or --asr-model."), retires);
        Assert.DoesNotContain(Planned.By().Notices, n => n.Code == "model_retires");

        var whisper = Shipped.Set("session.asr-model", "whisper-1");
        Assert.DoesNotContain(Planned.On(new(2026, 11, 27, 0, 0, 0, default), whisper).Notices, n => n.Code == "model_retires");
        Assert.Contains(Planned.On(new(2026, 11, 28, 0, 0, 0, default), whisper).Notices,
            n => n.Message.Contains("in 90 days", StringComparison.Ordinal));
        Assert.Contains(Planned.On(new(2027, 2, 26, 0, 0, 0, default), whisper).Notices,
            n => n.Message.Contains("may be gone", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Cookbook", "11")]
    public void A_model_without_a_price_is_a_warning() =>
        Assert.Equal(["new-model", "new-asr"],
        Planned.By(Shipped.Set("session.model", "new-model"), Shipped.Set("session.asr-model", "new-asr")).Notices.Where(
        n => n.Code == "unpriced_model").Select(n => n.Message.Split(' ', ':')[5]));

    [Fact]
    public void A_prompt_that_is_too_long_is_refused_with_its_size() =>
        Assert.Contains("at most 64 KiB",
        Assert.Throws<ConfigException>(
        () => Planned.By(Shipped.Set("session.prompt", Repository.At("samples", "intake-call.wav")))).Message, StringComparison.Ordinal);
}
