// Package crd does with an object what the API server does when it is created:
// prune it, default it and validate it against the CustomResourceDefinition,
// all with the API server's own code and the definitions that the projects
// publish.
package crd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// Definition is one version of a kind that a CustomResourceDefinition defines.
type Definition struct {
	apiVersion, kind string
	namespaced       bool
	hasStatus        bool
	schema           *structural.Structural
	openAPI          validation.SchemaValidator
	cel              *cel.Validator
}

// Load reads the definition of a kind, in the version that apiVersion names,
// from a YAML file of a module that this module is built with.
func Load(module, file, apiVersion, kind string) (*Definition, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("crd: where is %s: %w", module, err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), file))
	if err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	group, version, _ := strings.Cut(apiVersion, "/")
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("crd: %s of %s does not define %s %s", file, module, apiVersion, kind)
		}
		if err != nil {
			return nil, fmt.Errorf("crd: %s: %w", file, err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(document, &definition); err != nil {
			return nil, fmt.Errorf("crd: %s: %w", file, err)
		}
		if definition.Spec.Group == group && definition.Spec.Names.Kind == kind {
			return compile(&definition, version)
		}
	}
}

func compile(from *apiextensionsv1.CustomResourceDefinition, version string) (*Definition, error) {
	if !slices.ContainsFunc(from.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool { return v.Name == version && v.Served }) {
		return nil, fmt.Errorf("crd: %s has no version %s that is served", from.Name, version)
	}
	var crd apiextensions.CustomResourceDefinition
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(from, &crd, nil); err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	validations, err := apiextensions.GetSchemaForVersion(&crd, version)
	if err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	subresources, err := apiextensions.GetSubresourcesForVersion(&crd, version)
	if err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	schema, err := structural.NewStructural(validations.OpenAPIV3Schema)
	if err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	if err := structural.ValidateStructural(nil, schema).ToAggregate(); err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	openAPI, _, err := validation.NewSchemaValidator(validations.OpenAPIV3Schema)
	if err != nil {
		return nil, fmt.Errorf("crd: %w", err)
	}
	return &Definition{
		apiVersion: crd.Spec.Group + "/" + version,
		kind:       crd.Spec.Names.Kind,
		namespaced: crd.Spec.Scope == apiextensions.NamespaceScoped,
		hasStatus:  subresources != nil && subresources.Status != nil,
		schema:     schema,
		openAPI:    openAPI,
		cel:        cel.NewValidator(schema, true, celconfig.PerCallLimit),
	}, nil
}

// Admit does what the API server does with a new object. It changes the object
// into what would be stored, and returns why it is refused, if it is. The order
// is that of customresource_handler.go and of registry/customresource/strategy.go
// in k8s.io/apiextensions-apiserver, whose functions these are.
func (d *Definition) Admit(object map[string]any) field.ErrorList {
	if object["apiVersion"] != d.apiVersion || object["kind"] != d.kind {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), object["kind"], "want "+d.apiVersion+" "+d.kind)}
	}
	if d.hasStatus {
		delete(object, "status") // it can be written through the subresource only
	}
	pruning.Prune(object, d.schema, true)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.schema)
	defaulting.Default(object, d.schema)

	errs := metadata(object, d.namespaced)
	errs = append(errs, validation.ValidateCustomResource(nil, object, d.openAPI)...)
	errs = append(errs, objectmeta.Validate(context.Background(), nil, object, d.schema, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, d.schema, object)...)
	if d.cel != nil && !blocks(errs) {
		broken, _ := d.cel.Validate(context.Background(), nil, d.schema, object, nil, celconfig.RuntimeCELCostBudget)
		errs = append(errs, broken...)
	}
	return errs
}

// blocks reports whether CEL rules could not be relied on: the API server does
// not evaluate them after such errors.
func blocks(errs field.ErrorList) bool {
	for _, e := range errs {
		switch e.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}

// Accept returns nil if the API server would store the object exactly as it is,
// with nothing lost and nothing added; otherwise, what it would refuse or change.
func (d *Definition) Accept(object any) error {
	sent, err := Sent(object)
	if err != nil {
		return err
	}
	if d.hasStatus {
		delete(sent, "status")
	}
	stored := runtime.DeepCopyJSON(sent)
	if err := d.Admit(stored).ToAggregate(); err != nil {
		return err
	}
	if !reflect.DeepEqual(sent, stored) {
		return fmt.Errorf("the API server would change the object (-sent +stored):\n%s", cmp.Diff(sent, stored))
	}
	return nil
}

// Sent returns the object as a client sends it.
func Sent(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	return out, utiljson.Unmarshal(data, &out) // with integers as int64, as the API server reads them
}

// metadata is what holds of the metadata of every object.
func metadata(object map[string]any, namespaced bool) field.ErrorList {
	path := field.NewPath("metadata")
	data, err := json.Marshal(object["metadata"])
	if err != nil {
		return field.ErrorList{field.InternalError(path, err)}
	}
	var meta metav1.ObjectMeta
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&meta); err != nil {
		return field.ErrorList{field.Invalid(path, string(data), err.Error())}
	}
	return apivalidation.ValidateObjectMeta(&meta, namespaced, apivalidation.NameIsDNSSubdomain, path)
}
