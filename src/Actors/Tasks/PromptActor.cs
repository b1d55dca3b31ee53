namespace RealtimeAkka.Actors.Tasks;

/// <summary>A task that is nothing but its configuration.</summary>
public sealed class PromptActor(TaskSettings settings) : TaskActor(settings);
