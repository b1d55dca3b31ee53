using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

public class GoldenSetTests
{
    private readonly string _folder = TestFolder.New().FullName;

    [Fact]
    public void A_set_has_its_turns_in_the_order_of_the_file()
    {
        Wav("b.wav");
        Wav("a.wav");
        Write(
            """{"audio":"b.wav","reference":"one","entities":["one"],"language":"en"}""", "",
            """{"audio":"a.wav","turn":2,"reference":"two"}""");
        var set = GoldenSet.Read(_folder);
        Assert.Equal([("b.wav", 1, "one"), ("a.wav", 2, "two")], set.Turns.Select(turn => (turn.Name, turn.Turn, turn.Reference)));
        Assert.Equal(Path.Combine(_folder, "b.wav"), set.Turns[0].Audio);
        Assert.Equal(("en", "one"), (set.Turns[0].Language, Assert.Single(set.Turns[0].Entities)));
    }

    [Fact]
    public void Each_line_that_cannot_be_used_is_one_message_with_file_and_line()
    {
        Wav("a.wav");
        File.WriteAllText(Path.Combine(_folder, "words.wav"), "these are words");
        Write(
            """{"audio":"a.wav","reference":"one"}""", """{"audio":"a.wav","reference":"again"}""", "", "what?",
            """{"audio":"none.wav","reference":"x"}""",
            """{"audio":"words.wav","reference":"x"}""", """{"audio":"../a.wav","reference":"x"}""");
        var problems = Assert.Throws<GoldenSetException>(() => GoldenSet.Read(_folder)).Problems;
        var file = Path.Combine(_folder, "golden.jsonl");
        Assert.Equal(
            [
                $"{file}:2: turn 1 of a.wav is on line 1 already.", $"{file}:4: this is no JSON (column 1).",
                $"{file}:5: none.wav is not there.",
                $"{file}:6: words.wav cannot be read: it does not begin with a RIFF/WAVE header.",
                $"{file}:7: 'audio' must be a file in the folder of the set, by a path relative to it.",
            ],
            problems.AsEnumerable());
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        var elsewhere = TestFolder.New().FullName;
        File.Copy(TestCall.Wav(TestCall.Pcm(1)), Path.Combine(elsewhere, "a.wav"));
        File.CreateSymbolicLink(Path.Combine(_folder, "a.wav"), Path.Combine(elsewhere, "a.wav"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "calls"), elsewhere);
        Write("""{"audio":"a.wav","reference":"x"}""", """{"audio":"calls/a.wav","reference":"x"}""");
        var problems = Assert.Throws<GoldenSetException>(() => GoldenSet.Read(_folder)).Problems;
        Assert.Equal(2, problems.Length);
        Assert.All(problems, problem => Assert.Contains("link", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_a_set_says_what_to_do()
    {
        string Said() => Assert.Throws<GoldenSetException>(() => GoldenSet.Read(_folder)).Message;
        Assert.Contains("lab golden add", Said(), StringComparison.Ordinal);
        Write("", " ");
        Assert.Contains("lab golden add", Said(), StringComparison.Ordinal);
    }

    [Fact]
    public void Added_turns_follow_the_others_and_replace_themselves_and_the_file_is_its_owners()
    {
        foreach (var name in (string[])["a.wav", "b.wav", "c.wav"]) Wav(name);
        GoldenSet.Add(_folder, [Line("a.wav", "one"), Line("b.wav", "two")]);
        GoldenSet.Add(_folder, [Line("c.wav", "three"), Line("a.wav", "uno")]);
        Assert.Equal(["uno", "two", "three"], GoldenSet.Read(_folder).Turns.Select(turn => turn.Reference));
        var path = Path.Combine(_folder, GoldenSet.FileName);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        File.AppendAllText(path, "not a line\n");
        var before = File.ReadAllText(path);
        Assert.Throws<GoldenSetException>(() => GoldenSet.Add(_folder, [Line("a.wav", "one")]));
        Assert.Equal(before, File.ReadAllText(path)); // people's work is not thrown away
    }

    private static GoldenLine Line(string audio, string reference) => new(audio, 1, reference, [], null);

    private void Wav(string name) => File.Copy(TestCall.Wav(TestCall.Pcm(1)), Path.Combine(_folder, name));

    private void Write(params string[] lines) => File.WriteAllLines(Path.Combine(_folder, GoldenSet.FileName), lines);
}
