namespace Akka.Configuration.Hocon;

/// <summary>Paths such as akka.actor."my.name".mailbox.</summary>
internal static class HoconPath
{
    public static IEnumerable<string> Split(string path)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] == '"')
                quoted = !quoted;
            if (i < path.Length && (quoted || path[i] != '.'))
                continue;
            yield return path[start..i].Trim('"');
            start = i + 1;
        }
    }

    public static string Quote(string text) => text.AsSpan().IndexOfAny(" \t:.") < 0 ? text : $"\"{text}\"";
}
