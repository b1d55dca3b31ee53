namespace RealtimeAkka.Actors.Tasks;

/// <summary>A task that needs only its configuration.</summary>
public sealed class PromptActor(TaskSettings settings) : TaskActor(settings);
