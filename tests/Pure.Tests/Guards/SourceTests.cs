using System.Reflection;
using System.Text.RegularExpressions;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Pure.Tests.Guards;

public partial class SourceTests
{
    // Every property that a log line may have; readers of session.log filter by these.
    private static readonly HashSet<string> Vocabulary =
    [
        "Actor", "AsrStatus", "AsrWords", "Bytes", "Code", "Cost", "Count", "Event", "Item", "LostFrames", "Milliseconds", "Reason", "Response", "Sink",
        "State", "Status", "Task", "Turn", "Type", "Url", "Words",
    ];

    [Fact]
    public void Only_actors_the_composition_root_and_the_reader_of_HOCON_know_Akka()
    {
        var knowing = Repository.Sources("src").Where(source => Akka().IsMatch(WithoutCommentsAndStrings(source.Text)))
            .Select(source => source.Path).ToList();
        Assert.All(knowing,
            path => Assert.True(path.EndsWith("Actor.cs", StringComparison.Ordinal)
            || path is "src/Hosting/VoiceHost.cs" or "src/Hosting/Configuration/HoconFile.cs"
                // The timers and the executor of an actor system can only be replaced by types of Akka's own.
                or "src/Hosting/Replay/VirtualScheduler.cs"
                // The composition of a node, and the serializer that its remoting and journal call, in an assembly that nothing else loads.
                or "src/Cluster/ClusterNode.cs" or "src/Cluster/ClusterSerializer.cs", path));
        Assert.Contains("src/Actors/Sessions/SessionActor.cs", knowing);
        Assert.Contains("src/Hosting/VoiceHost.cs", knowing);
    }

    [Fact]
    public void These_tests_do_not_know_Akka_either() =>
        Assert.DoesNotContain(Repository.Sources("tests/Pure.Tests"), source => Akka().IsMatch(WithoutCommentsAndStrings(source.Text)));

    [Theory]
    [InlineData("using Akka;", true)]
    [InlineData("using Akka.Actor;", true)]
    [InlineData("global using static Akka.Actor.Props;", true)]
    [InlineData("var p = Akka.Actor.Props.Create();", true)]
    [InlineData("using A = global::Akka.Actor.IActorRef;", true)]
    [InlineData("using RealtimeAkka.Actors;", false)]
    [InlineData("/// as in Akka.Actor, but pure", false)]
    [InlineData("var s = \"Akka.Actor\";", false)]
    [InlineData("public required string Akka { get; init; }", false)]
    [InlineData("var a = plan.Akka.Length;", false)]
    public void What_counts_as_knowing_Akka(string code, bool knows) =>
    Assert.Equal(knows, Akka().IsMatch(WithoutCommentsAndStrings(code)));

    [Fact]
    public void Log_lines_speak_one_vocabulary()
    {
        var holes = Repository.Sources("src")
            .SelectMany(source => LogCall().Matches(source.Text).SelectMany(call => Hole().Matches(call.Value))
            .Select(hole => (source.Path, Word: hole.Groups[1].Value))).ToList();
        Assert.NotEmpty(holes);
        Assert.DoesNotContain(holes, hole => !Vocabulary.Contains(hole.Word));
        Assert.Empty(Vocabulary.Except(holes.Select(hole => hole.Word)));
    }

    [Fact]
    public void A_log_line_is_a_template_and_never_made_text_beforehand() =>
        Assert.DoesNotContain(Repository.Sources("src"), source => Interpolated().IsMatch(source.Text));

    // The static classes group messages by owner, and enums are values.
    private static readonly Type[] Messages =
    [
        .. typeof(MicMessages).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(MicMessages).Namespace && !t.Name.StartsWith('<') && !t.IsEnum && !(t.IsAbstract && t.IsSealed)),
    ];

    [Fact]
    public void A_message_is_a_sealed_record_or_the_name_of_a_closed_set()
    {
        Assert.Contains(typeof(MicMessages.AddCredit), Messages);
        foreach (var type in Messages)
        {
            Assert.True(type.GetMethod("<Clone>$") is not null, $"{type} is no record");
            // The only other constructor of an abstract record is the compiler's copy constructor.
            Assert.True(
                type.IsSealed || type.IsAbstract
                && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    .All(c => c.IsPrivate || c.GetParameters() is [var one] && one.ParameterType == type),
                $"{type} is open");
        }
    }

    [Fact]
    public void A_message_holds_data_that_does_not_change_and_nothing_else()
    {
        foreach (var property in Messages.SelectMany(
            type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(p => p.Name != "EqualityContract"))
        {
            var where = $"{property.DeclaringType}.{property.Name}";
            Assert.False(Parts(property.PropertyType).Any(IsNoData), where);
            Assert.True(property.SetMethod is null
                || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers()
                .Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)), where);
        }
    }

    private static bool IsNoData(Type type) =>
        typeof(Task).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type)
        || type == typeof(CancellationToken) || type == typeof(ValueTask)
        || type.Namespace?.StartsWith("Akka", StringComparison.Ordinal) == true;

    private static IEnumerable<Type> Parts(Type type) =>
        type.GetGenericArguments().SelectMany(Parts).Append(type.IsArray ? type.GetElementType()! : type);

    private static string WithoutCommentsAndStrings(string code) => CommentOrString().Replace(code, "");

    [GeneratedRegex(@"\busing\s+(static\s+)?Akka\b|(?<![\w.])Akka\.|::Akka\.")]
    private static partial Regex Akka();

    [GeneratedRegex("//[^\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(\\\\.|[^\"\\\\\n])*\"", RegexOptions.Singleline)]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"(?:_log|LogLine)\.(Debug|Info|Warning|Error)\((?:""(?:\\.|[^""\\])*""|[^;""])*;")]
    private static partial Regex LogCall();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"(?:_log|LogLine)\.(Debug|Info|Warning|Error)\((\w+(\.\w+)*, )?\$")]
    private static partial Regex Interpolated();
}
