using System.Text;
using System.Text.Json;
using RealtimeAkka.Hosting.Net;

namespace RealtimeAkka.Pure.Tests.Net;

public class NetTests
{
    private const string Key = "sk-test-0123456789abcdef";

    [Fact]
    public void The_key_is_overwritten_wherever_a_server_repeats_it()
    {
        var frame = Encoding.UTF8.GetBytes($"{Key} twice {Key}{Key} and sk-test- alone");
        new KeyRedactor(Key).Redact(frame);
        var stars = new string('*', Key.Length);
        Assert.Equal($"{stars} twice {stars}{stars} and sk-test- alone", Encoding.UTF8.GetString(frame));
    }

    [Theory]
    [InlineData("sk-test-ab+cd/efgh<&>", """{"m":"key sk-test-ab\u002Bcd\/efgh\u003C\u0026\u003E!"}""")]
    [InlineData("sk-test-\"quoted\\key\"", """{"m":"key sk-test-\"quoted\\key\"!"}""")]
    public void The_key_is_overwritten_where_it_stands_in_escaped_form(string key, string frame)
    {
        var clean = new KeyRedactor(key).RedactEscaped(Encoding.UTF8.GetBytes(frame));
        Assert.Equal($$"""{"m":"key {{new string('*', key.Length)}}!"}""", Encoding.UTF8.GetString(clean!));
    }

    [Fact]
    public void A_string_that_cannot_be_decoded_does_not_protect_the_key()
    {
        var guard = new KeyRedactor("sk-some/long+key=1234");
        var later = guard.RedactEscaped("""{"a":"\ud800","b":"it is sk-some\/long\u002bkey=1234!"}"""u8);
        Assert.Equal("""{"a":"\ud800","b":"it is *********************!"}""", Encoding.UTF8.GetString(later!));
        var same = guard.RedactEscaped("""{"b":"\ud800 sk-some\/long\u002bkey=1234"}"""u8);
        Assert.Equal("""{"b":"*********************"}""", Encoding.UTF8.GetString(same!));
    }

    [Fact]
    public void A_frame_without_the_key_stays_as_it_is() => Assert.Null(new KeyRedactor(Key).RedactEscaped("""{"m":"a \n b \u0041"}"""u8));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("test")]
    public void A_placeholder_may_be_an_ordinary_word(string? key)
    {
        var frame = "a test frame"u8.ToArray();
        new KeyRedactor(key).Redact(frame);
        Assert.Equal("a test frame", Encoding.UTF8.GetString(frame));
    }

    [Fact]
    public void The_wire_is_kept_line_by_line_with_the_length_of_its_sound() =>
        Assert.Equal(
            """
            {"t":0,"dir":"sent","event":{"type":"input_audio_buffer.append","audio":"<6 bytes>"}}
            {"t":1.25,"dir":"received","event":{"type":"response.output_audio.delta","item_id":"i","delta":"<3 bytes>"}}
            {"t":1.25,"dir":"received","event":{"type":"response.audio.delta","delta":"<0 bytes>"}}
            {"t":1.25,"dir":"received","event":{"delta":"<4 bytes>","type":"response.audio.delta"}}
            {"t":1.25,"dir":"received","event":{"type":"response.audio.delta","delta":"<0 bytes>","part":{"delta":"AAAA"}}}
            {"t":1.25,"dir":"received","event":{"type":"response.output_text.delta","delta":"AAAA"}}
            {"t":1.25,"dir":"received","event":{"n":[1e2,-0.50,true,null,{}],"ü\u0000":"\"<é>\n"}}

            """,
            Recorded(keepAudio: false, (r, clock) =>
            {
                r.Sent("""{"type":"input_audio_buffer.append","audio":"AAAAAAAA"}"""u8);
                clock.Now += TimeSpan.FromSeconds(1.25);
                r.Received("""{"type":"response.output_audio.delta","item_id":"i","delta":"AAAA"}"""u8);
                r.Received("""{"type":"response.audio.delta","delta":"not base64"}"""u8);
                r.Received("""{"delta":"A\/+\u0041AA==","type":"response.audio.delta"}"""u8);
                r.Received("""{"type":"response.audio.delta","delta":["AAAA"],"part":{"delta":"AAAA"}}"""u8);
                r.Received("""{"type":"response.output_text.delta","delta":"AAAA"}"""u8);
                r.Received(""" { "n" : [ 1e2, -0.50, true, null, {} ], "\u00fc\u0000" : "\u0022<\u00E9>\n" } """u8);
            }));

    [Fact]
    public void The_sound_itself_is_kept_where_it_is_asked_for() =>
        Assert.Contains("\"audio\":\"++++////\"",
        Recorded(keepAudio: true, (r, _) => r.Sent("""{"type":"input_audio_buffer.append","audio":"++++////"}"""u8)),
        StringComparison.Ordinal);

    [Fact]
    public void Whatever_a_server_sends_every_line_is_one_JSON_object()
    {
        var lines = Recorded(keepAudio: false, (r, _) =>
        {
            r.Received("not json"u8);
            r.Received("{\n  \"type\":\n\"pretty\"}"u8);
            r.Received("[1,2]"u8);
            r.Received("""{"type":7}"""u8);
            r.Received("""{"type":"\ud800"}"""u8);
            r.Received("""{"type":"x","text":"half a pair \ud800","more":1}"""u8);
            r.Received("""{"type":"response.audio.delta","before":"\udc00","delta":"AAAA"}"""u8);
            r.Received([0xFF, 0xFE]);
            r.Received(""u8);
            r.Received("""{"type":"last"}"""u8);
        }).TrimEnd('\n').Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.All(lines, line => Assert.True(JsonDocument.Parse(line).RootElement.TryGetProperty("event", out _)));
        Assert.Contains("\"not json\"", lines[0], StringComparison.Ordinal);
    }

    private static string Recorded(bool keepAudio, Action<WireRecorder, ManualClock> record)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var clock = new ManualClock();
            using (var recorder = new WireRecorder(path, keepAudio, clock)) record(recorder, clock);
            return File.ReadAllText(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class ManualClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
