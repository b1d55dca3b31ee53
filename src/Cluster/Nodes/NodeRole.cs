using System.Globalization;

namespace RealtimeAkka.Cluster;

/// <summary>What membership tells of a node's process.</summary>
/// <param name="Id">The node.</param>
/// <param name="Since">When the process began, to the second by the node's own clock, as the ids of its calls are.</param>
public readonly record struct NodeRole(NodeId Id, DateTimeOffset Since)
{
    private const string Prefix = "node-";

    /// <summary>The role of a member; null: it has none.</summary>
    public static NodeRole? Of(IEnumerable<string> roles) => roles.Select(Read).FirstOrDefault(role => role is not null);

    /// <summary>Whether the process may have a call that began then; another process of the node had those before.</summary>
    public bool MayHave(DateTimeOffset startedAt) => startedAt.ToUnixTimeSeconds() >= Since.ToUnixTimeSeconds();

    /// <summary>As membership has it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Id}-{Since.ToUnixTimeSeconds()}");

    private static NodeRole? Read(string role) =>
        role.StartsWith(Prefix, StringComparison.Ordinal) && role[Prefix.Length..].Split('-') is [var id, var since]
            && NodeId.Read(id) is { } node && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new NodeRole(node, DateTimeOffset.FromUnixTimeSeconds(seconds)) : null;
}
