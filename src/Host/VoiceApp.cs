using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Host.Commands;
using RealtimeAkka.Host.Net;

namespace RealtimeAkka.Host;

/// <summary>
/// The program with what others add to it. A program of your own is <c>return await VoiceApp.RunAsync(args, app => app.AddTask...);</c>
/// it has every command and option of the one that is shipped.
/// </summary>
public sealed class VoiceApp
{
    private readonly SortedDictionary<string, Type> _tasks = new(StringComparer.Ordinal) { ["summary"] = typeof(SummaryActor), ["validation"] = typeof(ValidationActor) };
    private readonly SortedDictionary<string, Type> _actions = new(StringComparer.Ordinal);

    /// <summary>Task actors by the name of the task they do; a task without one is nothing but its configuration.</summary>
    public IReadOnlyDictionary<string, Type> Tasks => _tasks;

    /// <summary>Actors that results can be delivered to, by the name that <c>deliver.actor</c> uses.</summary>
    public IReadOnlyDictionary<string, Type> Actions => _actions;

    /// <summary>Runs what <paramref name="args"/> say, with what <paramref name="add"/> adds, and tells the exit code.</summary>
    public static Task<int> RunAsync(string[] args, Action<VoiceApp> add)
    {
        SocketCompletions.RunWhereTheyHappen();
        var app = new VoiceApp();
        add(app);
        return CommandLine.RunAsync(args, Console.Out, Console.Error, app);
    }

    /// <summary>
    /// Lets <typeparamref name="TActor"/> do the task that is configured under <c>realtime.tasks.NAME</c>. It needs a public
    /// constructor that takes <see cref="TaskSettings"/>. Throws <see cref="ArgumentException"/> where it has none.
    /// </summary>
    public VoiceApp AddTask<TActor>(string name) where TActor : TaskActor
    {
        if (typeof(TActor).GetConstructor([typeof(TaskSettings)]) is null) throw new ArgumentException($"{typeof(TActor).Name} needs a public constructor that takes {nameof(TaskSettings)}.");
        _tasks[name] = typeof(TActor);
        return this;
    }

    /// <summary>Lets results be delivered to <typeparamref name="TActor"/> by <c>deliver.actor = NAME</c>.</summary>
    public VoiceApp AddAction<TActor>(string name) where TActor : ActionActor, new()
    {
        _actions[name] = typeof(TActor);
        return this;
    }
}
