using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Tools;

/// <summary>One function of the spoken agent, as it is configured under <c>realtime.tools.NAME</c>.</summary>
/// <param name="Name">What the model calls it by.</param>
/// <param name="Description">What the model is told of it.</param>
/// <param name="Parameters">What its arguments have to look like.</param>
/// <param name="NeedsTranscript">It runs only when the turn it is called in is joined, and is given its transcripts.</param>
/// <param name="Action">Who does it.</param>
public sealed record ToolSettings(string Name, string Description, JsonSchema Parameters, bool NeedsTranscript, ActionSettings Action);

/// <summary>The tools station. <c>TranscriptWithin</c>: how long a call waits for its turn to be joined.</summary>
public sealed record ToolsSettings(IReadOnlyList<ToolSettings> Tools, TimeSpan TranscriptWithin)
{
    /// <summary>No tools at all.</summary>
    public static ToolsSettings None { get; } = new([], TimeSpan.Zero);
}
