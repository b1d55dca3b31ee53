using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class SessionRemovalTests : IDisposable
{
    private const string Id = "s-20261120-080000-00000000000000aa";

    private readonly Recorded _data = new Recorded().Session(Id, [Recorded.Turn(1)], Recorded.Summary(0, 0));

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_session_is_deleted_with_its_folder()
    {
        var (candidate, _) = SessionRemoval.Judge(_data.Folder(Id));
        Assert.True(candidate!.Value.Bytes > 100);
        Assert.Null(SessionRemoval.Delete(candidate.Value));
        Assert.False(Directory.Exists(_data.Folder(Id)));
    }

    [Fact]
    public void A_session_that_somebody_has_open_is_kept()
    {
        using (new FileStream(Path.Combine(_data.Folder(Id), "turns.jsonl"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            Assert.Equal("is still written or read", SessionRemoval.Judge(_data.Folder(Id)).Reason);
        Assert.Null(SessionRemoval.Judge(_data.Folder(Id)).Reason);
    }

    [Fact]
    public void A_folder_with_anything_else_in_it_is_kept_and_so_is_what_came_after_it_was_judged()
    {
        var (candidate, _) = SessionRemoval.Judge(_data.Folder(Id));
        _data.With(Id, "notes.txt", "mine");
        Assert.Contains("holds notes.txt", SessionRemoval.Judge(_data.Folder(Id)).Reason, StringComparison.Ordinal);
        Assert.NotNull(SessionRemoval.Delete(candidate!.Value));
        Assert.True(File.Exists(Path.Combine(_data.Folder(Id), "turns.jsonl")));
    }

    [Fact]
    public void Links_are_not_followed()
    {
        if (OperatingSystem.IsWindows()) return;
        const string Link = "s-20261120-080000-00000000000000bb";
        Directory.CreateSymbolicLink(_data.Folder(Link), _data.Folder(Id));
        Assert.Equal("is a link", SessionRemoval.Judge(_data.Folder(Link)).Reason);
        File.Delete(Path.Combine(_data.Folder(Id), "summary.json"));
        File.CreateSymbolicLink(Path.Combine(_data.Folder(Id), "summary.json"), "/etc/hostname");
        Assert.Contains("holds summary.json", SessionRemoval.Judge(_data.Folder(Id)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s-20261120-080000-x", "has not the name")]
    [InlineData("s-etc", "has not the name")]
    public void Only_the_name_of_a_session_is_one(string name, string reason)
    {
        _data.With(name, "turns.jsonl", "");
        Assert.Contains(reason, SessionRemoval.Judge(_data.Folder(name)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_no_session()
    {
        const string Empty = "s-20261120-080000-00000000000000bb";
        Directory.CreateDirectory(_data.Folder(Empty));
        Assert.Equal("holds no session", SessionRemoval.Judge(_data.Folder(Empty)).Reason);
        Assert.Equal("is not there", SessionRemoval.Judge(_data.Folder("s-20261120-080000-00000000000000cc")).Reason);
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(9_960_000, "10 MB")]
    [InlineData(340_000_000, "340 MB")]
    [InlineData(999_600_000, "1.0 GB")]
    public void A_size_has_up_to_three_digits(long bytes, string text) => Assert.Equal(text, FileSize.Format(bytes));
}
