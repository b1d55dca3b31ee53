using RealtimeAkka.Hosting.Configuration;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class StrictConfigTests
{
    [Theory]
    [InlineData("mic.fame", "40 ms", "Unknown key realtime.mic.fame (--set mic.fame). Did you mean realtime.mic.frame?")]
    [InlineData("sesion.model", "x", "Unknown key realtime.sesion.model (--set sesion.model). Did you mean realtime.session.model?")]
    [InlineData("nothing.like.it", "x", "Unknown key realtime.nothing.like.it (--set nothing.like.it). See reference.hocon for every key.")]
    [InlineData("mic", "x", "Unknown key realtime.mic (--set mic). See reference.hocon for every key.")]
    public void An_unknown_key_is_named_with_its_origin_and_the_nearest_known_one(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => new StrictConfig(Shipped.Reference, Shipped.Set(key, value))).Message);

    [Fact]
    public void A_key_outside_of_ours_is_unknown_and_the_actor_systems_own_are_let_through()
    {
        Assert.Throws<ConfigException>(
            () => new StrictConfig(Shipped.Reference,
            new ConfigLayer("my.hocon", new Dictionary<string, string> { ["session.model"] = "x" })));
        Assert.DoesNotContain(
            new StrictConfig(Shipped.Reference,
            new ConfigLayer("my.hocon", new Dictionary<string, string> { ["akka.loglevel"] = "OFF" })).All,
            entry => entry.Path.StartsWith("akka", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_layer_wins_and_the_origin_is_kept()
    {
        var c = new StrictConfig(Shipped.Reference, Shipped.Set("session.model", "a"),
            new ConfigLayer("--model", new Dictionary<string, string> { ["realtime.session.model"] = "b" }));
        Assert.Equal("b", c.Text("session.model"));
        Assert.Contains(("realtime.session.model", "b", "--model"), c.All);
        Assert.Contains(("realtime.session.voice", "marin", "reference.hocon"), c.All);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "socket.window", "ten", "--set socket.window is 'ten'; it must be a whole number from 1 to 1000." },
        { "socket.window", "0", "--set socket.window is '0'; it must be a whole number from 1 to 1000." },
        { "socket.window", "-1", "--set socket.window is '-1'; it must be a whole number from 1 to 1000." },
        { "socket.window", "1.0", "--set socket.window is '1.0'; it must be a whole number from 1 to 1000." },
        { "socket.window", "99999999999", "--set socket.window is '99999999999'; it must be a whole number from 1 to 1000." },
        { "mic.frame", "40", "--set mic.frame is '40'; it must be a duration such as 40 ms or 1.5 s, from 10 ms to 1 s." },
        { "mic.frame", "9 ms", "--set mic.frame is '9 ms'; it must be a duration such as 40 ms or 1.5 s, from 10 ms to 1 s." },
        { "playback.limit", "2 h", "--set playback.limit is '2 h'; it must be a duration such as 40 ms or 1.5 s, from 1 s to 60 min." },
        { "turn-detection.threshold", "1.1", "--set turn-detection.threshold is '1.1'; it must be a number from 0 to 1." },
        { "turn-detection.threshold", "NaN", "--set turn-detection.threshold is 'NaN'; it must be a number from 0 to 1." },
        { "turn-detection.threshold", "0,5", "--set turn-detection.threshold is '0,5'; it must be a number from 0 to 1." },
        { "turn-detection.type", "vad", "--set turn-detection.type is 'vad'; it must be one of server_vad, semantic_vad, manual." },
        { "session.insecure", "yes", "--set session.insecure is 'yes'; it must be on or off." },
        { "budget.usd", "$1", "--set budget.usd is '$1'; it must be US dollars such as 0.50, or none." },
        { "budget.usd", "-1", "--set budget.usd is '-1'; it must be US dollars such as 0.50, or none." },
        { "end.turns", "0", "--set end.turns is '0'; it must be a whole number from 1 to 1000000." },
        { "end.duration", "soon", "--set end.duration is 'soon'; it must be a duration such as 40 ms or 1.5 s, from 1 ms to 525600 min." },
        { "out-of-band.context", "last:0",
        "--set out-of-band.context is 'last:0'; it must be full, last or last:N with N from 1 to 1000." },
        { "out-of-band.context", "none", "--set out-of-band.context is 'none'; it must be full, last or last:N with N from 1 to 1000." },
        { "session.model", "", "--set session.model is ''; it must be a name." },
        { "session.asr-model", "", "--set session.asr-model is ''; it must be a name, or none." },
        { "session.language", " ", "--set session.language is ' '; it must be a name, or none." },
        { "session.voice", "", "--set session.voice is ''; it must be a name." },
        { "mic.device", "", "--set mic.device is ''; it must be a name." },
        { "playback.device", "", "--set playback.device is ''; it must be a name." },
        { "data.directory", "", "--set data.directory is ''; it must be a directory, default or none." },
        { "data.directory", " ", "--set data.directory is ' '; it must be a directory, default or none." },
        { "session.prompt", "/dev/zero", "--set session.prompt is '/dev/zero'; it must be a text file of at most 64 KiB." },
        { "task.timeout", "abc",
        "realtime.task.timeout (--set task.timeout) cannot be set: it holds a default. Write realtime.tasks.NAME.timeout." },
        { "mic.input", "nowhere.wav", "--set mic.input is 'nowhere.wav'; it must be mic, - or the path of a WAV file that exists." },
        { "playback.output", "loud", "--set playback.output is 'loud'; it must be speaker, null or the path of a WAV file to write." },
        { "session.prompt", "nowhere.md",
        "--set session.prompt is 'nowhere.md'; it must be the path of a readable text file (there is no such file)." },
        { "session.prompt", "", "--set session.prompt is ''; it must be the path of a readable text file." },
        { "logging.console", "loud", "--set logging.console is 'loud'; it must be one of verbose, debug, information, warning, error." },
        { "turn-detection.eagerness", "very", "--set turn-detection.eagerness is 'very'; it must be one of auto, low, medium, high." },
        { "manual.silence", "short",
        "--set manual.silence is 'short'; it must be a duration such as 40 ms or 1.5 s, from 100 ms to 60 s." },
        { "voice", "x", "Unknown key realtime.voice (--set voice). See reference.hocon for every key." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_one_line_that_names_the_option_and_what_is_expected_whether_it_is_used_or_not(
    string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set(key, value))).Message);

    [Fact]
    public void A_wrong_value_in_a_file_is_named_by_path_and_file_and_cannot_break_the_line()
    {
        var file = new ConfigLayer("my.hocon",
            new Dictionary<string, string> { ["realtime.socket.window"] = "a\nb\u001b[31m" + new string('x', 500) });
        var message = Assert.Throws<ConfigException>(() => Planned.By(file)).Message;
        Assert.StartsWith("realtime.socket.window (my.hocon) is 'a\uFFFDb\uFFFD[31mxxx", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 80, 200);
    }

    [Fact]
    public void A_key_that_the_reference_lacks_says_that_the_program_is_damaged() =>
        Assert.Contains("realtime.mic.frame is missing from reference.hocon", Assert.Throws<ConfigException>(() =>
            new StrictConfig(new ConfigLayer("reference.hocon", new Dictionary<string, string>())).Text("mic.frame")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("40 ms", 40)]
    [InlineData("40ms", 40)]
    [InlineData("1.5 s", 1500)]
    [InlineData(" 2 min ", 120_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("0 s", 0)]
    [InlineData("2 d", 172_800_000)]
    [InlineData("40", null)]
    [InlineData("ms", null)]
    [InlineData("", null)]
    [InlineData("-1 s", null)]
    [InlineData("1e3 s", null)]
    [InlineData("1.2.3 s", null)]
    [InlineData("1 fortnight", null)]
    [InlineData("366000 h", null)]
    [InlineData("none", null)]
    public void A_duration_is_a_number_and_a_unit(string text, int? ms)
    {
        Assert.Equal(ms is not null, Durations.TryParse(text, out var time));
        Assert.Equal(Ms(ms ?? 0), time);
    }

    [Theory]
    [InlineData("40 ms")]
    [InlineData("1.5 s")]
    [InlineData("119 s")]
    [InlineData("2 min")]
    public void A_duration_is_written_as_it_is_read(string text)
    {
        Assert.True(Durations.TryParse(text, out var time));
        Assert.Equal(text, Durations.Format(time));
    }

    [Fact]
    public void A_number_too_large_to_be_one_is_no_duration() => Assert.False(Durations.TryParse(new string('9', 400) + " s", out _));
}
