using System.Diagnostics;
using System.Text;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public sealed class TextFileTests
{
    private const int MaxBytes = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-akka-text-").FullName;

    [Fact]
    public void A_text_is_read_with_or_without_a_byte_order_mark_and_through_a_link()
    {
        foreach (var encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode])
            Assert.Equal("é = 1\n", TextFile.Read(File(encoding.GetBytes("é = 1\n"), encoding.Preamble), MaxBytes));
        Assert.Equal("x", TextFile.Read(Link(File("x"u8)), MaxBytes));
        Assert.Equal("", TextFile.Read(File(""u8), MaxBytes));
        Assert.Equal(MaxBytes, TextFile.Read(File(new byte[MaxBytes].Select(_ => (byte)'x').ToArray()), MaxBytes).Length);
    }

    [Fact]
    public void No_more_is_read_than_is_allowed()
    {
        foreach (var path in (string[])[File(new byte[MaxBytes + 1]), "/dev/zero", Link("/dev/zero")])
            Refused(path, "a text file of at most 4 KiB");
    }

    [Fact]
    public void What_has_nothing_to_say_is_not_waited_for_long()
    {
        var pipe = Path.Combine(_folder, "pipe");
        Process.Start("mkfifo", [pipe]).WaitForExit();
        Refused(pipe, "the path of a readable text file (nothing comes from this one)");
        Refused(Link(pipe), "the path of a readable text file (nothing comes from this one)");
    }

    [Theory]
    [InlineData("a = \"\xff\"", "line 1, column 6")]
    [InlineData("a = 1\nb = \0", "line 2, column 5")]
    public void What_is_no_text_is_refused_with_its_place(string text, string place) =>
    Refused(File(Encoding.Latin1.GetBytes(text)), $"a text file in UTF-8 ({place} is not)");

    [Fact]
    public void What_is_no_file_is_refused()
    {
        Refused(_folder, "the path of a readable text file (this is a directory)");
        Refused(Path.Combine(_folder, "nowhere"), "the path of a readable text file (there is no such file)");
        Refused(Path.Combine(_folder, "nowhere", "x"), "the path of a readable text file (there is no such file)");
        Refused("", "the path of a readable text file (this is no path)");
        Refused("a\0b", "the path of a readable text file (this is no path)");
    }

    [Fact]
    public void A_file_that_only_others_may_read_is_refused()
    {
        var path = File("x"u8);
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return; // root can always read it
        System.IO.File.SetUnixFileMode(path, UnixFileMode.None);
        Refused(path, "the path of a readable text file (access is denied)");
    }

    private static void Refused(string path, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => TextFile.Read(path, MaxBytes)).Message);

    private string File(ReadOnlySpan<byte> content, ReadOnlySpan<byte> preamble = default)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        System.IO.File.WriteAllBytes(path, [.. preamble, .. content]);
        return path;
    }

    private string Link(string to) => System.IO.File.CreateSymbolicLink(Path.Combine(_folder, Guid.NewGuid().ToString("N")), to).FullName;

    [Fact]
    public async Task A_file_that_gets_its_first_byte_while_it_is_opened_is_a_regular_one()
    {
        var path = Path.Combine(_folder, "growing");
        for (var n = 0; n < 500; n++)
        {
            await using var writing = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            using var both = new Barrier(2);
            var opened = Task.Run(() =>
            {
                both.SignalAndWait();
                return TextFile.OpenRegular(path);
            });
            both.SignalAndWait();
            for (var spins = n; spins > 0; spins--) Thread.SpinWait(20); // at another moment each time
            writing.WriteByte(7);
            await using var file = await opened;
            Assert.Equal(7, file.ReadByte());
        }
    }
}
