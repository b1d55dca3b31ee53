using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Hosting.Commands;

namespace RealtimeAkka.Hosting;

/// <summary>
/// The program with the tasks and actions that you add. Your program is
/// <c>return await VoiceApp.RunAsync(args, app => app.AddTask...);</c> and has every command and option of the shipped one.
/// </summary>
public sealed class VoiceApp
{
    private readonly SortedDictionary<string, Type> _tasks =
        new(StringComparer.Ordinal) { ["summary"] = typeof(SummaryActor), ["validation"] = typeof(ValidationActor) };
    private readonly SortedDictionary<string, Type> _actions = new(StringComparer.Ordinal);

    /// <summary>Task actors by task name; a task without one consists of its configuration only.</summary>
    public IReadOnlyDictionary<string, Type> Tasks => _tasks;

    /// <summary>Actors that results can be delivered to, by their name in <c>deliver.actor</c>.</summary>
    public IReadOnlyDictionary<string, Type> Actions => _actions;

    /// <summary>Calls <paramref name="add"/>, runs the command in <paramref name="args"/> and returns the exit code.</summary>
    public static Task<int> RunAsync(string[] args, Action<VoiceApp> add)
    {
        var app = new VoiceApp();
        add(app);
        return CommandLine.RunAsync(args, Console.Out, Console.Error, app);
    }

    /// <summary>
    /// Registers <typeparamref name="TActor"/> for the task configured under <c>realtime.tasks.NAME</c>. The type needs a public
    /// constructor that takes <see cref="TaskSettings"/>; throws <see cref="ArgumentException"/> if it has none.
    /// </summary>
    public VoiceApp AddTask<TActor>(string name) where TActor : TaskActor
    {
        if (typeof(TActor).GetConstructor([typeof(TaskSettings)]) is null)
            throw new ArgumentException($"{typeof(TActor).Name} needs a public constructor that takes {nameof(TaskSettings)}.");
        _tasks[name] = typeof(TActor);
        return this;
    }

    /// <summary>Registers <typeparamref name="TActor"/> as the target of <c>deliver.actor = NAME</c>.</summary>
    public VoiceApp AddAction<TActor>(string name) where TActor : ActionActor, new()
    {
        _actions[name] = typeof(TActor);
        return this;
    }
}
