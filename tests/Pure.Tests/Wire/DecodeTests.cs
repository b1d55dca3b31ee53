using System.Text;
using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Wire;

public class DecodeTests
{
    /// <summary>One frame of every supported type with only the required fields, and its decoded type.</summary>
    public static TheoryData<string, Type> Min => new()
    {
        { """{"type":"session.created"}""", typeof(SessionCreated) },
        { """{"type":"session.updated"}""", typeof(SessionUpdated) },
        { """{"type":"error"}""", typeof(ServerError) },
        { """{"type":"input_audio_buffer.speech_started","item_id":"i"}""", typeof(SpeechStarted) },
        { """{"type":"input_audio_buffer.speech_stopped","item_id":"i"}""", typeof(SpeechStopped) },
        { """{"type":"input_audio_buffer.committed","item_id":"i"}""", typeof(InputCommitted) },
        { """{"type":"input_audio_buffer.timeout_triggered","item_id":"i"}""", typeof(InputTimedOut) },
        { """{"type":"conversation.item.added","item":{"type":"message"}}""", typeof(ItemAdded) },
        { """{"type":"conversation.item.created","item":{"type":"message"}}""", typeof(ItemAdded) },
        { """{"type":"conversation.item.done","item":{"type":"message"}}""", typeof(ItemDone) },
        { """{"type":"conversation.item.deleted","item_id":"i"}""", typeof(ItemDeleted) },
        { """{"type":"conversation.item.truncated","item_id":"i"}""", typeof(ItemTruncated) },
        { """{"type":"conversation.item.input_audio_transcription.delta","item_id":"i"}""", typeof(AsrDelta) },
        { """{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":""}""", typeof(AsrCompleted) },
        { """{"type":"conversation.item.input_audio_transcription.failed","item_id":"i"}""", typeof(AsrFailed) },
        { """{"type":"response.created","response":{"id":"r"}}""", typeof(ResponseCreated) },
        { """{"type":"response.done","response":{"id":"r"}}""", typeof(ResponseDone) },
        { """{"type":"response.output_item.added","response_id":"r","item":{"type":"message"}}""", typeof(OutputItemAdded) },
        { """{"type":"response.output_item.done","response_id":"r","item":{"type":"message"}}""", typeof(OutputItemDone) },
        { """{"type":"response.output_audio.done","response_id":"r","item_id":"i"}""", typeof(OutputAudioDone) },
        { """{"type":"response.audio.done","response_id":"r","item_id":"i"}""", typeof(OutputAudioDone) },
        { """{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":""}""", typeof(OutputAudioDelta) },
        { """{"type":"response.audio.delta","response_id":"r","item_id":"i","delta":""}""", typeof(OutputAudioDelta) },
        { """{"type":"response.output_audio_transcript.delta","response_id":"r","item_id":"i","delta":""}""",
        typeof(OutputTranscriptDelta) },
        { """{"type":"response.audio_transcript.delta","response_id":"r","item_id":"i","delta":""}""", typeof(OutputTranscriptDelta) },
        { """{"type":"response.output_audio_transcript.done","response_id":"r","item_id":"i","transcript":""}""",
        typeof(OutputTranscriptDone) },
        { """{"type":"response.audio_transcript.done","response_id":"r","item_id":"i","transcript":""}""", typeof(OutputTranscriptDone) },
        { """{"type":"response.output_text.delta","response_id":"r","item_id":"i","delta":""}""", typeof(OutputTextDelta) },
        { """{"type":"response.text.delta","response_id":"r","item_id":"i","delta":""}""", typeof(OutputTextDelta) },
        { """{"type":"response.output_text.done","response_id":"r","item_id":"i","text":""}""", typeof(OutputTextDone) },
        { """{"type":"response.text.done","response_id":"r","item_id":"i","text":""}""", typeof(OutputTextDone) },
        { """{"type":"response.function_call_arguments.done","response_id":"r","arguments":""}""", typeof(FunctionCallDone) },
        { """{"type":"rate_limits.updated"}""", typeof(RateLimitsUpdated) },
    };

    [Theory]
    [MemberData(nameof(Min))]
    public void Every_kind_of_event_is_read_from_its_required_fields_alone(string frame, Type type) => Assert.IsType(type, Decode(frame));

    [Fact]
    public void The_list_above_names_every_event_that_the_codec_understands() =>
        Assert.Equal(
            typeof(ServerEvent).Assembly.GetTypes().Where(t => t.BaseType == typeof(ServerEvent) && t != typeof(UnknownEvent))
            .Select(t => t.Name).Order(),
            Min.Select(row => ((Type)((object[])row)[1]).Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(Min))]
    public void Without_any_one_of_its_required_fields_an_event_is_malformed(string frame, Type _)
    {
        foreach (var field in JsonDocument.Parse(frame).RootElement.EnumerateObject().Where(f => f.Name != "type").Select(f => f.Name))
        {
            var isSound = frame.Contains("audio.delta", StringComparison.Ordinal) && field == "delta"; // null means no audio
            foreach (var broken in new[] { Without(frame, field), With(frame, field, isSound ? "7" : "null"), With(frame, field, "true"),
                With(frame, field, "[7]") })
            {
                Assert.ThrowsAny<JsonException>(() => Decode(broken));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Min))]
    public void Fields_we_do_not_know_are_skipped(string frame, Type type)
    {
        var more = frame[..^1] + ""","obfuscation":"xxxx","new_field":{"deep":[[1,2,{"x":null}]]},"another":null,"number":1e99}""";
        Assert.IsType(type, Decode(more));
    }

    [Fact]
    public void Status_details_may_be_a_bare_string()
    {
        var done = Assert.IsType<ResponseDone>(
            Decode("""{"type":"response.done","response":{"id":"r","status":"incomplete","status_details":"max_output_tokens"}}"""));
        Assert.Equal("max_output_tokens", done.Response.StatusDetails?.Reason);
    }

    [Fact]
    public void The_name_of_an_unknown_event_is_bounded() =>
        Assert.Equal(new string('x', 128), Assert.IsType<UnknownEvent>(Decode($$"""{"type":"{{new string('x', 100_000)}}"}""")).Type);

    [Fact]
    public void An_event_we_do_not_know_is_kept_by_name()
    {
        var e = Assert.IsType<UnknownEvent>(Decode("""{"event_id":"event_1","new":{"type":"inner"},"type":"response.hologram.delta"}"""));
        Assert.Equal("response.hologram.delta", e.Type);
    }

    [Theory]
    [InlineData("response.output_audio.delta")]
    [InlineData("response.audio.delta")]
    public void The_assistants_voice_is_decoded_in_both_generations(string type)
    {
        byte[] sound = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF, 0x00, 0x01]; // "++++" and "////" in base64
        var base64 = Convert.ToBase64String(sound);
        Assert.StartsWith("++++////", base64, StringComparison.Ordinal);

        foreach (var written in new[]
            { base64, base64.Replace("/", "\\/", StringComparison.Ordinal), base64.Replace("+", "\\u002B", StringComparison.Ordinal) })
        {
            var e = Assert.IsType<OutputAudioDelta>(
                Decode($$"""{"type":"{{type}}","response_id":"r","item_id":"i","content_index":2,"delta":"{{written}}"}"""));
            Assert.Equal(sound, e.Delta.ToArray());
            Assert.Equal(2, e.ContentIndex);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("7")]
    [InlineData("\"session.created\"")]
    [InlineData("[]")]
    [InlineData("""[{"type":"session.created"}]""")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("""{"type":"session.created" """)]
    [InlineData("""{"type":"session.created"}{"type":"session.created"}""")]
    [InlineData("""{"type":"session.created"} x""")]
    [InlineData("""{"type":"not.known"}{}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":{}}""")]
    [InlineData("""{"type":["session.created"]}""")]
    [InlineData("""{"type":"input_audio_buffer.speech_started","item_id":"i","audio_start_ms":"soon"}""")]
    [InlineData("""{"type":"input_audio_buffer.speech_started","item_id":""}""")]
    [InlineData("""{"type":"input_audio_buffer.speech_started","item_id":"\ud800"}""")]
    [InlineData("""{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":"not base64!"}""")]
    [InlineData("""{"type":"response.audio.delta","response_id":"r","item_id":"i","delta":"not base64!"}""")]
    [InlineData("""{"type":"response.audio_transcript.delta","response_id":"r","item_id":"i","delta":"\udc00"}""")]
    [InlineData("""{"type":"response.done","response":{"id":"r","metadata":{"oob":7}}}""")]
    [InlineData("""{"type":"response.done","response":{"id":"r","output":"text"}}""")]
    public void What_is_no_event_is_a_JsonException_and_nothing_else(string frame) => Assert.ThrowsAny<JsonException>(() => Decode(frame));

    [Theory]
    [InlineData("100", 100)]
    [InlineData("100.5", 100)]
    [InlineData("1e2", 100)]
    [InlineData("-0.5", 0)]
    [InlineData("-7", -7)]
    [InlineData("1790000000000", 1_790_000_000_000)]
    [InlineData("9007199254740991", 9_007_199_254_740_991)]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("-1e300", long.MinValue)]
    [InlineData("1e999", long.MaxValue)]
    [InlineData("null", -1)]
    public void Any_number_is_a_time_and_null_is_none(string number, long ms)
    {
        Assert.Equal(ms, Assert.IsType<SpeechStarted>(
            Decode($$"""{"type":"input_audio_buffer.speech_started","item_id":"i","audio_start_ms":{{number}}}""")).AudioStartMs);
        Assert.Equal(ms, Assert.IsType<SpeechStopped>(
            Decode($$"""{"type":"input_audio_buffer.speech_stopped","item_id":"i","audio_end_ms":{{number}}}""")).AudioEndMs);
        var idle = Assert.IsType<InputTimedOut>(Decode(
            $$"""{"type":"input_audio_buffer.timeout_triggered","item_id":"i","audio_start_ms":{{number}},"audio_end_ms":{{number}}}"""));
        Assert.Equal((ms, ms), (idle.AudioStartMs, idle.AudioEndMs));
    }

    [Fact]
    public void A_time_that_is_not_said_is_unknown_and_not_the_beginning()
    {
        Assert.Equal(-1, Assert.IsType<SpeechStarted>(Decode("""{"type":"input_audio_buffer.speech_started","item_id":"i"}""")).AudioStartMs);
        Assert.Equal(-1, Assert.IsType<SpeechStopped>(Decode("""{"type":"input_audio_buffer.speech_stopped","item_id":"i"}""")).AudioEndMs);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"t","code":"c","message":"m","param":"p","event_id":"e"}}""", "t", "c", "m", "p", "e")]
    [InlineData("""{"type":"error","event_id":"event_1","error":{"code":null,"message":"m"}}""", null, null, "m", null, null)]
    [InlineData("""{"type":"error","message":"m"}""", null, null, "m", null, null)]
    [InlineData("""{"type":"error","error":null,"code":"c","message":"m","param":"p"}""", null, "c", "m", "p", null)]
    [InlineData("""{"type":"error","error":"m"}""", null, null, "m", null, null)]
    [InlineData("""{"type":"error","error":"m","code":401}""", null, "401", "m", null, null)]
    [InlineData("""{"type":"error","error":{"code":401,"message":"m"}}""", null, "401", "m", null, null)]
    [InlineData("""{"type":"error","error":{"code":401},"message":"m"}""", null, "401", "m", null, null)]
    [InlineData("""{"type":"error","error":401}""", null, "401", null, null, null)]
    [InlineData("""{"type":"error","error":{"message":["m",1]}}""", null, null, """["m",1]""", null, null)]
    [InlineData("""{"type":"error","error":["m"]}""", null, null, """["m"]""", null, null)]
    [InlineData("""{"type":"error","detail":"m"}""", null, null, "m", null, null)]
    [InlineData("""{"type":"error"}""", null, null, null, null, null)]
    public void An_error_is_read_in_any_form(string frame, string? type, string? code, string? message, string? param, string? eventId) =>
        Assert.Equal(new ErrorDetail(type, code, message, param, eventId), Assert.IsType<ServerError>(Decode(frame)).Error);

    [Fact]
    public void The_error_of_a_failed_transcription_or_response_is_read_in_any_form_too()
    {
        Assert.Equal(new ErrorDetail(Message: "m"), Assert.IsType<AsrFailed>(
            Decode("""{"type":"conversation.item.input_audio_transcription.failed","item_id":"i","error":"m"}""")).Error);
        Assert.Equal(new ErrorDetail(Code: "503"), Assert.IsType<ResponseDone>(
            Decode("""{"type":"response.done","response":{"id":"r","status_details":{"error":{"code":503}}}}""")).Response.StatusDetails?.Error);
    }

    [Fact]
    public void Of_an_endless_error_the_beginning_is_kept() =>
        Assert.Equal(2000, Assert.IsType<ServerError>(Decode($$"""{"type":"error","error":"{{new string('x', 100_000)}}"}""")).Error.Message?.Length);

    [Theory]
    [InlineData("""{"type":"input_audio_buffer.speech_started","item_id":"?"}""")]
    [InlineData("""{"type":"?"}""")]
    [InlineData("""{"type":"not.known","event_id":"?"}""")]
    [InlineData("""{"type":"response.audio_transcript.delta","response_id":"r","item_id":"i","delta":"?"}""")]
    [InlineData("""{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"?"}""")]
    [InlineData("""{"type":"response.done","response":{"id":"r","usage":{"note":"?"}}}""")]
    public void A_frame_that_is_not_UTF_8_is_a_JsonException(string frame)
    {
        var bytes = Encoding.UTF8.GetBytes(frame);
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        Assert.ThrowsAny<JsonException>(() => RealtimeCodec.Decode(bytes));
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Deep_nesting_is_a_JsonException(char open, char close)
    {
        var deep = string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{\"a\":", 100_000)) + "0" + new string(close, 100_000);
        foreach (var field in new[] { "x", "usage", "item_id" })
        {
            Assert.ThrowsAny<JsonException>(
                () => Decode(
                $$"""{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"","{{field}}":{{deep}}}"""));
            Assert.ThrowsAny<JsonException>(() => Decode($$"""{"type":"not.known","{{field}}":{{deep}}}"""));
        }
    }

    // What the events of a turn are compared with: the serializer by reflection, as strict as the codec.
    private static readonly JsonSerializerOptions Serializer = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
    };

    /// <summary>Events read in one pass.</summary>
    public static TheoryData<string> Hot => new()
    {
        """{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":3,"delta":"AQIDBA=="}""",
        """{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","delta":"+/+/"}""",
        """{"event_id":"e","delta":"AQ==","item_id":"i","response_id":"r","more":{"delta":[1]},"type":"response.output_audio.delta"}""",
        """{"type":"response.output_audio_transcript.delta","event_id":"e","response_id":"r","item_id":"i","delta":"Dana \u00e9\n\"Whitlock\""}""",
        """{"type":"response.output_text.delta","event_id":"e","response_id":"r","item_id":"i","delta":"","logprobs":null}""",
        """{"type":"conversation.item.input_audio_transcription.delta","event_id":"e","item_id":"i","delta":null}""",
        """{"type":"conversation.item.input_audio_transcription.delta","event_id":"e","item_id":"i"}""",
        """{"type":"input_audio_buffer.speech_started","event_id":"e","audio_start_ms":640,"item_id":"i"}""",
        """{"type":"input_audio_buffer.speech_stopped","event_id":"e","audio_end_ms":1280,"item_id":"i"}""",
        """{"type":"input_audio_buffer.committed","event_id":"e","previous_item_id":"p","item_id":"i"}""",
        """{"type":"input_audio_buffer.committed","event_id":"e","previous_item_id":null,"item_id":"i"}""",
        """{"type":"response.output_text.done","event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":0,"text":"a \ud83d\ude00"}""",
        """{"type":"conversation.item.input_audio_transcription.completed","event_id":"e","item_id":"i","content_index":0,"transcript":"Hi","usage":null,"logprobs":[1]}""",
        """{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"Hi"}""",
        """{"type":"conversation.item.added","event_id":"e","previous_item_id":null,"item":{"id":"i","object":"realtime.item","type":"message","status":"completed","role":"user","content":[{"type":"input_audio","transcript":null}]}}""",
        """{"type":"conversation.item.done","previous_item_id":"p","item":{"id":"i","type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"Hi"},{"type":"output_text","text":"a \u00e9","annotations":[{"a":1}]}]}}""",
        """{"item":{"content":[],"id":null,"type":"function_call","call_id":"c","name":"find","arguments":"{\"a\":1}","output":null},"type":"conversation.item.added"}""",
        """{"type":"response.output_item.added","event_id":"e","response_id":"r","output_index":0,"item":{"id":"i","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
        """{"type":"response.created","response":{"object":"realtime.response","id":"r","status":"in_progress","status_details":null,"output":[],"conversation_id":"conv","output_modalities":["audio"],"audio":{"output":{"voice":"v"}},"usage":null,"metadata":null}}""",
        """{"type":"response.done","response":{"id":"r","status":"completed","status_details":null,"output":[{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]},{"id":"j","type":"function_call","call_id":"c","name":"n","arguments":"{}"}],"conversation_id":null,"metadata":{"oob":"transcription","item_id":"i"},"usage":{"total_tokens":7}}}""",
        """{"type":"response.done","response":{"id":"r","status":"cancelled","status_details":null,"output":[{"type":"message","content":[null]}]}}""",
        """{"type":"rate_limits.updated","event_id":"e","rate_limits":[{"name":"requests","limit":1}]}""",
        """{"type":"response.content_part.done","event_id":"e","part":{"type":"audio","delta":7},"delta":{"a":[]},"content_index":0}""",
    };

    [Theory]
    [MemberData(nameof(Hot))]
    public void Read_in_one_pass_or_by_the_serializer_an_event_is_the_same(string frame) => IsTheSame(frame);

    [Theory]
    [MemberData(nameof(Hot))]
    public void Of_a_field_that_comes_twice_the_last_value_counts(string frame) =>
        IsTheSame(frame[..^1] + ""","response_id":"last","item_id":"last"}""");

    private static void IsTheSame(string frame) =>
        Assert.Equal(Said((ServerEvent)JsonSerializer.Deserialize(frame, Decode(frame).GetType(), Serializer)!), Said(Decode(frame)));

    // Arrays are equal only by reference, and rented bytes count as equal to own ones.
    private static string Said(ServerEvent e) => e switch
    {
        OutputAudioDelta sound => $"{sound with { Delta = default, Owner = null }} {Convert.ToHexString(sound.Delta.Span)}",
        ResponseCreated { Response: var response } => Said(response),
        ResponseDone { Response: var response } => Said(response),
        _ => $"{e} {JsonSerializer.Serialize(e, e.GetType())}",
    };

    private static string Said(ResponseState response) =>
        $"{response with { Output = null, Metadata = null }} {Json(response.Output)} {Json(response.Metadata)} {response.Usage}";

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);

    [Fact]
    public void Every_field_of_an_item_and_of_a_response_is_read()
    {
        const string Item = """{"type":"message","id":"i","status":"completed","role":"assistant","content":[{"type":"t","text":"x","transcript":"y"},null],"call_id":"c","name":"n","arguments":"a","output":"o"}""";
        var done = Assert.IsType<ItemDone>(Decode($$"""{"type":"conversation.item.done","previous_item_id":"p","item":{{Item}}}"""));
        Assert.Equal(ItemId.Of("p"), done.PreviousItemId);
        Assert.Equal(
            ("message", ItemId.Of("i"), "completed", "assistant", "c", "n", "a", "o"),
            (done.Item.Type, done.Item.Id, done.Item.Status, done.Item.Role, done.Item.CallId, done.Item.Name, done.Item.Arguments,
                done.Item.Output));
        Assert.Equal([new ContentPart("t", "x", "y"), null!], done.Item.Content!);

        var response = Assert.IsType<ResponseDone>(Decode(
            $$$$"""{"type":"response.done","response":{"id":"r","status":"failed","status_details":{"reason":"w"},"output":[{{{{Item}}}},null],"conversation_id":"v","metadata":{"oob":"t"},"usage":{"total_tokens":7}}}"""))
            .Response;
        Assert.Equal(
            (ResponseId.Of("r"), "failed", "w", "v", "t", """{"total_tokens":7}"""),
            (response.Id, response.Status, response.StatusDetails?.Reason, response.ConversationId, response.Metadata?["oob"],
                response.Usage?.ToString()));
        Assert.Equal([JsonSerializer.Serialize(done.Item), "null"], response.Output!.Select(item => JsonSerializer.Serialize(item)));
        Assert.Equal(Item, JsonSerializer.Serialize(done.Item)
            .Replace("\"Type\"", "\"type\"").Replace("\"Text\"", "\"text\"").Replace("\"Transcript\"", "\"transcript\""));
    }

    [Theory]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"id":"i"}""")]
    [InlineData("""{"type":"message","role":7}""")]
    [InlineData("""{"type":"message","content":{}}""")]
    [InlineData("""{"type":"message","content":["words"]}""")]
    [InlineData("""{"type":"message","content":[{"text":[]}]}""")]
    [InlineData("""{"type":"message","id":""}""")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("null")]
    public void A_malformed_item_is_a_JsonException(string item)
    {
        Assert.ThrowsAny<JsonException>(() => Decode($$"""{"type":"conversation.item.added","item":{{item}}}"""));
        if (item != "null") Assert.ThrowsAny<JsonException>(
            () => Decode($$$"""{"type":"response.done","response":{"id":"r","output":[{{{item}}}]}}"""));
    }

    [Theory]
    [InlineData("""{"id":null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"id":"r","output":{}}""")]
    [InlineData("""{"id":"r","metadata":[]}""")]
    [InlineData("""{"id":"r","metadata":{"oob":7}}""")]
    [InlineData("""{"id":"r","status":{}}""")]
    [InlineData("""{"id":"r","status_details":7}""")]
    [InlineData("7")]
    [InlineData("null")]
    public void A_malformed_response_is_a_JsonException(string response) =>
        Assert.ThrowsAny<JsonException>(() => Decode($$"""{"type":"response.done","response":{{response}}}"""));

    [Fact]
    public void Ids_are_bounded()
    {
        Assert.IsType<InputCommitted>(Decode($$"""{"type":"input_audio_buffer.committed","item_id":"{{new string('i', 512)}}"}"""));
        Assert.ThrowsAny<JsonException>(() => Decode($$"""{"type":"input_audio_buffer.committed","item_id":"{{new string('i', 513)}}"}"""));
    }

    [Fact]
    public void Cut_anywhere_a_frame_is_a_JsonException()
    {
        const string Frame =
            """{"event_id":"e","type":"response.done","response":{"id":"r","output":[{"type":"message","content":[{"text":"é"}]}],"usage":{"total_tokens":7}}}""";
        var bytes = Encoding.UTF8.GetBytes(Frame);
        Assert.IsType<ResponseDone>(RealtimeCodec.Decode(bytes));
        for (var length = 0; length < bytes.Length; length++)
            Assert.ThrowsAny<JsonException>(() => RealtimeCodec.Decode(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Any_one_byte_changed_gives_an_event_or_a_JsonException()
    {
        const string Frame =
            """{"type":"response.audio.delta","event_id":"e","response_id":"r","item_id":"i","content_index":0,"delta":"AAAA"}""";
        var bytes = Encoding.UTF8.GetBytes(Frame);
        var events = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var wrong in new byte[] { 0x00, (byte)'"', (byte)'\\', (byte)'{', (byte)'9', (byte)' ', 0x80, 0xFF })
            {
                var broken = bytes.ToArray();
                broken[at] = wrong;
                if (Record.Exception(() => RealtimeCodec.Decode(broken)) is { } e) Assert.IsType<JsonException>(e, exactMatch: false);
                else events++;
            }
        }
        Assert.NotEqual(0, events);
    }

    [Fact]
    public void The_words_of_a_response_are_those_of_all_its_parts_and_holes_do_no_harm()
    {
        var done = (ResponseDone)Decode("""
            {"type":"response.done","response":{"id":"r","output":[null,{"type":"message","content":null},{"type":"message","content":
            [null,{"type":"output_text","text":"Hello"},{"type":"audio","transcript":" there"},{}]},{"type":"function_call"}]}}
            """);
        Assert.Equal("Hello there", done.Response.Text);
    }

    [Fact]
    public void The_name_of_a_malformed_event_can_still_be_told()
    {
        Assert.Equal("error", Peek("""{"error":7,"type":"error"}""", "type"));
        Assert.Equal("error", Peek("""{"type":"error","error":{""", "type"));
        Assert.Null(Peek("""{"x":{"type":"inner"}}""", "type"));
        Assert.Null(Peek("""{"type":7}""", "type"));
        Assert.Null(Peek("""{"type":"\ud800"}""", "type"));
        Assert.Null(Peek("""[]""", "type"));
        Assert.Null(Peek("""{"x": }""", "type"));
        Assert.Null(Peek("", "type"));
    }

    [Fact]
    public void The_ids_of_a_connection_exist_once_whichever_thread_decodes_its_frames()
    {
        var ids = new KnownIds();
        var frame = Encoding.UTF8.GetBytes(
            """{"type":"response.output_audio.done","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0}""");
        List<OutputAudioDone> read = [];
        for (var i = 0; i < 2; i++)
        {
            var thread = new Thread(() => read.Add((OutputAudioDone)RealtimeCodec.Decode(frame, ids)));
            thread.Start();
            thread.Join();
        }
        Assert.Same(read[0].ItemId.Value, read[1].ItemId.Value);
        Assert.Same(read[0].ResponseId.Value, read[1].ResponseId.Value);
        // Those of another connection are its own: this one's would stay alive with it.
        Assert.NotSame(read[0].ItemId.Value, ((OutputAudioDone)RealtimeCodec.Decode(frame, new KnownIds())).ItemId.Value);
    }

    private static string? Peek(string frame, string property) =>
        RealtimeCodec.Peek(Encoding.UTF8.GetBytes(frame), Encoding.UTF8.GetBytes(property));

    private static ServerEvent Decode(string frame) => RealtimeCodec.Decode(Encoding.UTF8.GetBytes(frame));

    private static string Without(string frame, string field) =>
        "{" + string.Join(",", JsonDocument.Parse(frame).RootElement.EnumerateObject().Where(f => f.Name != field)
        .Select(f => f.ToString())) + "}";

    private static string With(string frame, string field, string value) => Without(frame, field)[..^1] + $",\"{field}\":{value}}}";
}
