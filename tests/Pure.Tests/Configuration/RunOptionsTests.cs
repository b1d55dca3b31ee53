using System.CommandLine;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Commands;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public partial class RunOptionsTests
{
    [Fact]
    public void The_defaults_that_the_help_names_are_those_of_the_reference()
    {
        var options = new RunOptions();
        var command = new Command("run");
        foreach (var option in options.All) command.Add(option);
        var reference = HoconFile.Read(TextFile.Read(Repository.At("hocon", "reference.hocon"), HoconFile.MaxBytes), "reference.hocon").Values;

        var named = options.All.Select(option => (option.Name, Default: Default().Match(option.Description ?? "").Groups[1].Value))
            .Where(option => option.Default.Length > 0).ToList();
        Assert.Equal(13, named.Count);
        Assert.All(named, option =>
        {
            var (key, _) = Assert.Single(Assert.Single(options.Layers(command.Parse([option.Name, "x"]))).Values);
            Assert.Equal(reference[key], option.Default);
        });
    }

    [GeneratedRegex(@"\[default: (.*)\]$")]
    private static partial Regex Default();
}
