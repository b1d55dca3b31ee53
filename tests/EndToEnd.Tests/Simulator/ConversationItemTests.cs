namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class ConversationItemTests
{
    private static string Message(string id, string text, string? after = null) =>
        """{"type":"conversation.item.create","AFTER":"item":{"id":"ID","type":"message","role":"user","content":[{"type":"input_text","text":"TEXT"}]}}"""
            .Replace("\"AFTER\":", after is null ? "" : $"\"previous_item_id\":\"{after}\",", StringComparison.Ordinal)
            .Replace("ID", id, StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal);

    [Fact]
    public async Task A_created_item_is_added_and_done_where_the_client_put_it()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync(Message("a", "one"));
        await client.SendAsync(Message("c", "three"));
        await client.SendAsync(Message("b", "two", "a"));
        await client.SendAsync(Message("z", "zero", "root"));

        Assert.Equal("null", (await client.Event("conversation.item.added"))["previous_item_id"]);
        Assert.Equal("a", (await client.Event("conversation.item.added", 2))["previous_item_id"]);
        Assert.Equal("a", (await client.Event("conversation.item.done", 3))["previous_item_id"]);
        Assert.Equal("null", (await client.Event("conversation.item.done", 4))["previous_item_id"]);
    }

    [Theory]
    [InlineData("""{"item":{"type":"message","role":"assistant","content":[{"type":"output_audio","audio":""}]}}""", "invalid_value",
    "item.content[0].type")]
    [InlineData("""{"item":{"type":"message","content":[]}}""", "missing_required_parameter", "item.role")]
    [InlineData("""{"item":{"type":"song"}}""", "invalid_value", "item.type")]
    [InlineData("""{}""", "missing_required_parameter", "item")]
    [InlineData("""{"previous_item_id":"nope","item":{"type":"message","role":"user","content":[]}}""",
    "item_create_invalid_previous_item_id", "previous_item_id")]
    public async Task A_wrong_item_is_refused_by_path(string fields, string code, string param)
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        await client.SendAsync("""{"type":"conversation.item.create",""" + (fields == "{}" ? "\"event_id\":\"x\"}" : fields[1..]));

        var error = await client.Event("error");
        Assert.Equal(code, error["error.code"]);
        Assert.Equal(param, error["error.param"]);
    }

    [Theory]
    [InlineData("""{"type":"conversation.item.delete","item_id":"nope"}""", "item_delete_invalid_item_id",
    "Error deleting item: the item with id 'nope' does not exist.")]
    [InlineData("""{"type":"conversation.item.retrieve","item_id":"nope"}""", "item_retrieve_invalid_item_id",
    "Error retrieving item: the item with id 'nope' does not exist.")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"nope","content_index":0,"audio_end_ms":1}""",
    "item_truncate_invalid_item_id", "Error truncating item: the item with id 'nope' does not exist.")]
    public async Task An_unknown_item_is_an_error_without_the_event_id(string e, string code, string message)
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("{\"event_id\":\"e1\"," + e[1..]);

        var error = await client.Event("error");
        Assert.Equal(code, error["error.code"]);
        Assert.Equal(message, error["error.message"]);
        Assert.Equal("null", error["error.event_id"]);
    }

    [Fact]
    public async Task A_deleted_item_is_gone()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync(Message("a", "one"));
        await client.SendAsync("""{"type":"conversation.item.delete","item_id":"a"}""");
        await client.SendAsync("""{"type":"conversation.item.retrieve","item_id":"a"}""");

        Assert.Equal("a", (await client.Event("conversation.item.deleted"))["item_id"]);
        await client.Event("error");
    }

    [Fact]
    public async Task A_retrieved_user_item_has_the_sound_of_the_turn_with_its_padding()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"turns":[{"asr":{"transcript":"One.","delay_ms":0}}]}""");
        await client.ConfigureAsync("""{"audio":{"input":{"transcription":{"model":"whisper-1"}}}}""");
        byte[] sound = [.. Sound.Silence(1000), .. Sound.Speech(500), .. Sound.Silence(500)];
        await client.HearAsync(sound);
        await client.Event("conversation.item.input_audio_transcription.completed");
        var id = (await client.Event("input_audio_buffer.committed"))["item_id"];
        await client.SendAsync($$"""{"type":"conversation.item.retrieve","item_id":"{{id}}"}""");

        var part = (await client.Event("conversation.item.retrieved")).Json.GetProperty("item").GetProperty("content")[0];
        Assert.Equal("One.", part.GetProperty("transcript").GetString());
        Assert.Equal(sound[(700 * 48)..(1700 * 48)], part.GetProperty("audio").GetBytesFromBase64());
    }

    [Fact]
    public async Task Truncating_keeps_what_was_heard_and_forgets_the_transcript()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"turns":[{"answer":{"text":"Hello.","audio_ms":1000}}]}""");
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        var id = (await client.Event("response.output_item.done"))["item.id"];
        await client.SendAsync($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":1001}""");
        Assert.Equal("Audio content of 1000ms is already shorter than 1001ms", (await client.Event("error"))["error.message"]);

        await client.SendAsync($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":900}""");
        Assert.Equal("900", (await client.Event("conversation.item.truncated"))["audio_end_ms"]);
        await client.SendAsync($$"""{"type":"conversation.item.retrieve","item_id":"{{id}}"}""");
        Assert.DoesNotContain("Hello", (await client.Event("conversation.item.retrieved")).Text);
    }

    [Fact]
    public async Task A_users_item_cannot_be_truncated()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync(Message("a", "one"));
        await client.SendAsync("""{"type":"conversation.item.truncate","item_id":"a","content_index":0,"audio_end_ms":0}""");

        Assert.Equal("item_id", (await client.Event("error"))["error.param"]);
    }
}
