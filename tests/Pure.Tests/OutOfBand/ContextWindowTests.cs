using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

public class ContextWindowTests
{
    [Fact]
    public void Items_stand_where_the_server_says_they_stand() =>
        Assert.Equal(
        "i1 a1 i2", Show(
        Window(Committed("i1"), Committed("i2", "i1"), Added("i1"), Added("i2", after: "i1"), Added("a1", "assistant", "i1")), "i2",
        "full"));

    [Fact]
    public void An_item_after_an_unknown_one_stands_last() =>
    Assert.Equal("i1 i2", Show(Window(Added("i1"), Added("i2", after: "never heard of")), "i2", "full"));

    [Fact]
    public void An_item_that_may_not_be_referenced_yet_is_left_out_of_what_another_is_shown()
    {
        var window = Window(Added("i1"), Committed("i2", "i1"), Committed("i3", "i2"), Added("i3", after: "i2"));
        Assert.Equal("i1 i3", Show(window, "i3", "full"));
        Assert.False(window.IsAdded(new ItemId("i2")));
        Assert.True(window.On(ItemDone("i2")).IsAdded(new ItemId("i2")));
    }

    [Fact]
    public void An_item_that_was_deleted_is_shown_no_more()
    {
        var window = Window(Added("i1"), Added("a1", "assistant", "i1"), Added("i2", after: "a1"), Deleted("a1"), Deleted("nobody"));
        Assert.Equal("i1 i2", Show(window, "i2", "full"));
        Assert.False(window.IsAdded(new ItemId("a1")));
    }

    [Fact]
    public void Only_messages_of_the_user_and_the_assistant_count()
    {
        var window = Window(
            Added("s1", "system"), Added("i1", after: "s1"),
            new ItemAdded(new ConversationItem("function_call", new ItemId("f1"), Role: "assistant"), new ItemId("i1")),
            new ItemAdded(new ConversationItem("message", null, Role: "user")), Added("i2", after: "f1"));
        Assert.Equal("i1 i2", Show(window, "i2", "full"));
    }

    [Fact]
    public void The_newest_user_item_is_the_last_in_the_conversation_and_not_the_last_told()
    {
        var window = Window(Committed("i1"), Committed("i2", "i1"), Added("i1"), Added("a1", "assistant", "i2"));
        Assert.True(window.IsNewestUserItem(new ItemId("i2")));
        Assert.False(window.IsNewestUserItem(new ItemId("i1")));
        Assert.False(window.IsNewestUserItem(new ItemId("nobody")));
        Assert.False(new ContextWindow(9).IsNewestUserItem(new ItemId("i1")));
    }

    [Fact]
    public void Turns_are_counted_by_user_items_back_from_the_item_asked_about()
    {
        var window = Window(
            Added("hello", "assistant"), Added("i1", after: "hello"), Added("a1", "assistant", "i1"), Added("b1", "assistant", "a1"),
            Added("i2", after: "b1"), Added("i3", after: "i2"));
        Assert.Equal("i2", Show(window, "i2", "last"));
        Assert.Equal("i1 a1 b1 i2", Show(window, "i2", "last:2"));
        Assert.Equal("hello i1 a1 b1 i2", Show(window, "i2", "last:3"));
        Assert.Equal("nobody", Show(window, "nobody", "last:3"));
    }

    [Fact]
    public void Beyond_its_capacity_the_oldest_leaves()
    {
        var window = new ContextWindow(3);
        for (var n = 1; n <= 10; n++) window = window.On(Added($"i{n}", after: $"i{n - 1}"));
        Assert.Equal("i8 i9 i10", Show(window, "i10", "full"));
    }

    [Theory]
    [InlineData("full", "full")]
    [InlineData("last", "last")]
    [InlineData("last:1", "last")]
    [InlineData("last:1000", "last:1000")]
    [InlineData("last:0", null)]
    [InlineData("last:1001", null)]
    [InlineData("last:", null)]
    [InlineData("last:x", null)]
    [InlineData("Full", null)]
    [InlineData("", null)]
    public void A_scope_is_read_and_written_the_same(string text, string? written) =>
    Assert.Equal(written, ContextScope.Parse(text)?.ToString());

    private static ContextWindow Window(params ServerEvent[] events) =>
        events.Aggregate(new ContextWindow(100), (window, e) => window.On(e));

    private static string Show(ContextWindow window, string item, string scope) =>
        string.Join(' ', window.References(new ItemId(item), ContextScope.Parse(scope)!));
}
