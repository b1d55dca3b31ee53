using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Tools;

/// <summary>One function of the spoken agent, as configured under <c>realtime.tools.NAME</c>.</summary>
/// <param name="Name">The name by which the model calls it.</param>
/// <param name="Description">The description the model sees.</param>
/// <param name="Parameters">The schema of its arguments.</param>
/// <param name="NeedsTranscript">Whether it runs only once the turn of the call is joined, and receives its transcripts.</param>
/// <param name="Action">The action that runs it.</param>
public sealed record ToolSettings(string Name, string Description, JsonSchema Parameters, bool NeedsTranscript, ActionSettings Action);

/// <summary>The tools station. <c>TranscriptWithin</c>: how long a call waits for its turn to be joined.</summary>
public sealed record ToolsSettings(IReadOnlyList<ToolSettings> Tools, TimeSpan TranscriptWithin)
{
    /// <summary>No tools.</summary>
    public static ToolsSettings None { get; } = new([], TimeSpan.Zero);
}
