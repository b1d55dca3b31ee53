using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Prompts;

/// <summary>A prompt that may be edited while the session runs.</summary>
public interface IPromptSource
{
    /// <summary>
    /// The current prompt. An unusable edit leaves the last good prompt in force, and <c>Problem</c> reports it for as long as that lasts.
    /// Reads a local file at most, and never throws.
    /// </summary>
    (Prompt Prompt, Notice? Problem) Read();
}
