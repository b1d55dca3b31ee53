using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>New handlers and new station state are tested here automatically.</summary>
public sealed class CoverageTests
{
    // State that a station changes and does not roll back, with the reason.
    private static readonly Dictionary<string, string> NotRolledBack = new()
    {
        ["FileMicActor._read"] = "a read that has started; its number says whether its result has been taken",
        ["SessionActor._failures"] = "changed by supervision, not by a message",
        ["ToolsActor._deliveries"] = "filled by the constructor",
    };

    private static readonly string[] Own = ["_state", "_tracker", "_checkpoint"];

    private static readonly ModuleDefinition Module = ModuleDefinition.ReadModule(
        Path.Combine(AppContext.BaseDirectory, "RealtimeAkka.Actors.dll"), new ReaderParameters { ReadSymbols = true });

    [Fact]
    public void Every_handler_of_every_actor_has_a_fault_point()
    {
        var handlers = Handlers.Of(Module, out var forwarding);

        // Each method registers its own handlers.
        Assert.Empty(forwarding);
        Assert.True(handlers.Count > 110, $"only {handlers.Count} handlers were found");
        var (injected, empty) = (handlers.Where(handler => IsInjected(handler.Key)).ToList(),
            handlers.Where(handler => !IsInjected(handler.Key)).ToList());
        Assert.Equal(injected.Select(handler => handler.Value).Order(),
            Statement.All.Select(statement => statement.Handler).Where(handler => handler.Length > 0).Order());
        Assert.All(empty, handler => Assert.Empty(FaultPointWriter.StatementsOf(handler.Key)));
    }

    [Fact]
    public void Every_actor_of_a_session_is_a_station_or_replaced_when_it_fails() => Assert.Equal(
        ["ActionActor", "CallsActor", "ConnectionActor", "TaskActor"],
        Module.Types.Where(type => Handlers.IsActor(type) && !IsStation(type) && type.BaseType.Name == "ReceiveActor"
        && type.Name != "StationActor").Select(type => type.Name).Order());

    [Fact]
    public void What_a_station_changes_is_rolled_back()
    {
        var changed = Module.Types.Where(IsStation).SelectMany(Changed).Distinct().Order().ToList();

        Assert.Equal(NotRolledBack.Keys.Order(), changed);
    }

    // Fields that are set outside the constructor, or that hold a mutable collection.
    private static IEnumerable<string> Changed(TypeDefinition type) =>
        type.Methods.Concat(type.NestedTypes.Where(nested => nested.Name.StartsWith("<>", StringComparison.Ordinal))
        .SelectMany(nested => nested.Methods))
            .Where(method => method.HasBody && !method.IsConstructor && !method.IsSetter)
            .SelectMany(method => method.Body.Instructions)
            .Where(instruction => instruction.OpCode.Code is Code.Stfld or Code.Ldflda)
            .Select(instruction => (FieldReference)instruction.Operand)
            .Where(field => field.DeclaringType == type && field.Resolve() is { IsInitOnly: false })
            .Select(field => field.Name)
            .Concat(type.Fields.Where(field => field.FieldType.Namespace == "System.Collections.Generic").Select(field => field.Name))
            .Where(field => !Own.Contains(field))
            .Select(field => $"{type.Name}.{field}");

    private static bool IsStation(TypeDefinition type) =>
        type.BaseType is { } parent && (parent.Name == "StationActor" || (parent.Scope == type.Module && IsStation(parent.Resolve())));

    private static bool IsInjected(MethodDefinition method) =>
        method.Body.Instructions.Any(instruction => instruction.OpCode.Code == Code.Call
        && instruction.Operand is MethodReference { DeclaringType.Name: nameof(FaultPoint) });
}
