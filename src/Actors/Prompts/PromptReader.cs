using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Prompts;

/// <summary>A prompt that is read again before each use; a problem with it is published once, when it first appears.</summary>
public readonly record struct PromptReader(IPromptSource Source)
{
    private Notice? Known { get; init; }

    /// <summary>The prompt to use now; <c>Problem</c>: to be published.</summary>
    public (PromptReader Next, Prompt Prompt, Notice? Problem) Read()
    {
        var (prompt, problem) = Source.Read();
        return (this with { Known = problem }, prompt, problem == Known ? null : problem);
    }
}
